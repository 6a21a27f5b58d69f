"""What the core was told to book, and what became of it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.instructions import INSTRUCTION_STATES
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.event import Event
from collections_app.models.intake import IntakeBatch
from collections_app.models.waiver import Waiver


class InstructionFile(models.Model):
    """One file of instructions to the core, its number used once. ``written_at`` is empty until it is on disk."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    made_at = models.DateTimeField(_("made at"))
    rows = models.PositiveIntegerField(_("rows"))
    total_fen = models.BigIntegerField(_("total amount"))
    sha256 = models.CharField(_("checksum of the file"), max_length=64, blank=True)
    written_at = models.DateTimeField(_("file written at"), null=True, blank=True)

    class Meta:
        verbose_name = _("file of instructions to the core")
        verbose_name_plural = _("files of instructions to the core")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the file is called."""
        return f"instructions-{self.pk:06}.csv"


class CoreInstruction(models.Model):
    """One word to the core about one waiver line: book it, or, once it lapsed, call that off. Amounts in fen.

    The words about a line take turns: the odd ones book, the even ones call off. Each is said once, by one file. Where
    the core refused a calling off, the next one is even again: nothing was booked in between.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="instructions")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="instructions")
    waiver = models.ForeignKey(Waiver, on_delete=models.PROTECT, related_name="instructions")
    turn = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="among the words about this waiver; an even one calls off the one before"
    )
    file = models.ForeignKey(InstructionFile, on_delete=models.PROTECT, related_name="lines")
    reference = models.CharField(_("reference"), max_length=24, unique=True)
    amount_fen = models.BigIntegerField()
    state = models.CharField(_("state"), max_length=8, choices=choices(INSTRUCTION_STATES), default="told")
    told_at = models.DateTimeField(_("told at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    booked_fen = models.BigIntegerField(null=True, blank=True)
    booked_on = models.DateField(_("booked on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    batch = models.ForeignKey(
        IntakeBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="the nightly file that named it",
    )  # fmt: skip
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="of the latest answer, on the record's history",
    )  # fmt: skip

    class Meta:
        verbose_name = _("instruction to the core")
        verbose_name_plural = _("instructions to the core")
        indexes: ClassVar = [
            # What the core has not answered, and what somebody has to look at.
            models.Index(
                fields=["state", "told_at"],
                name="instruction_open",
                condition=models.Q(state__in=["told", "differs", "refused"]),
            ),
            # What a nightly file named and the record's history does not say yet: none, or the last file's.
            models.Index(
                fields=["id"],
                name="instruction_unfollowed",
                condition=models.Q(answered_at__isnull=False, event__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["waiver", "turn"], name="instruction_each_turn_once"),
            models.CheckConstraint(
                condition=models.Q(state="told", answered_at__isnull=True)
                | ~models.Q(state="told") & models.Q(answered_at__isnull=False),
                name="instruction_answered_or_told",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="instruction_kept", operation=pgtrigger.Delete),
            # The core is told each thing once, of one amount.
            pgtrigger.Protect(
                name="instruction_told_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__waiver_id__df=pgtrigger.F("new__waiver_id"))
                | pgtrigger.Q(old__turn__df=pgtrigger.F("new__turn"))
                | pgtrigger.Q(old__file_id__df=pgtrigger.F("new__file_id"))
                | pgtrigger.Q(old__amount_fen__df=pgtrigger.F("new__amount_fen")),
            ),
        ]

    @property
    def calls_off(self) -> bool:
        """Whether it takes back what the word before it told."""
        return self.turn % 2 == 0
