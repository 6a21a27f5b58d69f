"""Letters: the sealed page of a message that goes by post, and the batches they are printed in."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, HandOff, Staff
from collections_app.models.choices import choices
from notifications.domain.letters import (
    BATCH_STATES,
    BATCH_STEPS,
    BATCH_TRANSITIONS,
    LETTER_STATES,
    RETURNS,
    TRANSITIONS,
)
from notifications.models.message import Message


class PrintBatch(models.Model):
    """Letters that are printed together: one sealed file, handed over once."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    state = models.CharField(_("state"), max_length=12, choices=choices(BATCH_STATES), default="made")
    made_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    letters_count = models.PositiveSmallIntegerField(_("letters"))
    sha256 = models.CharField(_("hash of the file"), max_length=64, blank=True)
    stored_as = models.CharField(max_length=120, blank=True)
    handing_since = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, blank=True)

    class Meta:
        verbose_name = _("print batch")
        verbose_name_plural = _("print batches")
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="print_batch_transitions",
                field="state",
                transitions=[
                    (old.value, new.value) for old, after in BATCH_TRANSITIONS.items() for new in sorted(after)
                ],
            ),
            pgtrigger.Protect(name="print_batch_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"B{self.pk or 0:06d}"


class PrintBatchStep(models.Model):
    """One thing that was done with a batch, by whom and why. Never changed, never deleted."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    batch = models.ForeignKey(PrintBatch, on_delete=models.PROTECT, related_name="steps", verbose_name=_("print batch"))
    step = models.CharField(_("step"), max_length=16, choices=choices(BATCH_STEPS))
    by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("step of a print batch")
        verbose_name_plural = _("steps of print batches")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="print_batch_step_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.step}"


class Letter(models.Model):
    """The page of one message: sealed, hashed, in at most one batch, and what became of it by post."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    # The number a letter bears is its message's: it stands on the page before there is a row.
    message = models.OneToOneField(Message, on_delete=models.PROTECT, primary_key=True, related_name="letter")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="letters")
    attempt = models.UUIDField(unique=True, default=uuid.uuid4)
    state = models.CharField(_("state"), max_length=12, choices=choices(LETTER_STATES), default="queued")
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    made_at = models.DateTimeField(_("made at"))
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(_("hash of the page"), max_length=64)
    stored_as = models.CharField(max_length=120)
    batch = models.ForeignKey(
        PrintBatch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("print batch"),
    )
    posted_on = models.DateField(_("posted on"), null=True, blank=True)
    postal_reference = models.CharField(_("postal reference"), max_length=40, blank=True)
    ended_on = models.DateField(_("delivered or returned on"), null=True, blank=True)
    return_reason = models.CharField(_("returned because"), max_length=12, choices=choices(RETURNS), blank=True)
    handoff = models.ForeignKey(HandOff, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes: ClassVar = [
            # What waits for a batch, and the pages of letters by state, newest first.
            models.Index(fields=["state", "-message"], name="letter_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "withdrawn"]) | models.Q(batch__isnull=False),
                name="letter_printed_in_a_batch",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["posted", "delivered", "returned"]) | models.Q(posted_on__isnull=False),
                name="letter_posted_on_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(return_reason=""),
                name="letter_returned_for_a_reason",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="letter_transitions",
                field="state",
                transitions=[(old.value, new.value) for old, after in TRANSITIONS.items() for new in sorted(after)],
            ),
            # The page is evidence of what was sent; a letter is printed in one batch and in no other.
            pgtrigger.Protect(
                name="letter_page_fixed",
                operation=pgtrigger.UpdateOf("sha256", "stored_as", "message_id", "attempt", "made_at"),
            ),
            pgtrigger.Protect(
                name="letter_printed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id"
                ),
            ),
            pgtrigger.Protect(name="letter_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"L{self.pk or 0:08d}"


class PostFile(models.Model):
    """A file of what became of letters: how many lines were taken in, and which were not and why."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(_("hash of the file"), max_length=64)
    taken = models.PositiveIntegerField(_("lines taken in"), default=0)
    known = models.PositiveIntegerField(_("lines known before"), default=0)
    # Line, column and reason of each line that was not: no cell of it, which could be anything.
    rejected = models.JSONField(_("rejected lines"), default=list)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("done by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("file of the post")
        verbose_name_plural = _("files of the post")
        ordering: ClassVar = ["-at", "-id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="post_file_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name
