"""Complaints: what was complained of, each time it came in, who speaks for the customer, and what was written."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.complaints import (
    COMPLAINT_DOCUMENTS,
    FINDINGS,
    FINISHED,
    POWER_STATES,
    RETURNS,
    ComplaintState,
)
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.handoff import HandOff
from collections_app.models.machine import MachineClient
from collections_app.models.paper import HandOffPaper
from collections_app.models.staff import Staff


class Complaint(models.Model):
    """One complaint of a customer, from its first receipt to its end. Its deadlines are calendar days."""

    personal_data: ClassVar[tuple[str, ...]] = ("text", "demand")

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="complaints", verbose_name=_("customer")
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    handoff = models.OneToOneField(
        HandOff, on_delete=models.PROTECT, related_name="complaint", help_text="the work it opened"
    )
    review_handoff = models.OneToOneField(
        HandOff, on_delete=models.PROTECT, null=True, blank=True, related_name="complaint_review"
    )
    cause = models.CharField(_("cause"), max_length=20)
    sub_kind = models.CharField(_("kind"), max_length=20, blank=True)
    level = models.CharField(_("level"), max_length=20)
    markers = models.JSONField(_("markers"), default=list, blank=True)
    text = SealedField()
    demand = SealedField()
    state = models.CharField(_("state"), max_length=20, default=ComplaintState.ACCEPTED.value)
    received_at = models.DateTimeField(_("received at"))
    due_at = models.DateTimeField(_("due at"))
    extensions = models.PositiveSmallIntegerField(_("extensions"), default=0)
    finding = models.CharField(_("finding"), max_length=16, choices=choices(FINDINGS), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    review_asked_at = models.DateTimeField(null=True, blank=True)
    review_answered_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(_("taken in at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes: ClassVar = [
            # The list of what is open, the soonest due first.
            models.Index(fields=["due_at", "id"], name="complaint_open", condition=models.Q(closed_at__isnull=True)),
            models.Index(fields=["customer", "-id"], name="complaint_of_record"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=False, state__in=sorted(FINISHED))
                | models.Q(closed_at__isnull=True) & ~models.Q(state__in=sorted(FINISHED)),
                name="complaint_closed_has_its_day",
            ),
            models.CheckConstraint(
                condition=models.Q(extensions__lte=2) & models.Q(due_at__gt=models.F("received_at")),
                name="complaint_extended_twice_at_most",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class ComplaintReceipt(models.Model):
    """One time that a complaint came in: the first, or a duplicate that was joined to the open one."""

    personal_data: ClassVar[tuple[str, ...]] = ("text", "demand", "reference")

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="receipts")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=20)
    reference = SealedField(blank=True, help_text="the number that whoever passed it on gave it")
    text = SealedField()
    demand = SealedField(blank=True)
    received_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.CharField(max_length=16)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["complaint", "received_at"], name="complaint_receipts")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="receipt_of_complaint_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class ComplaintDocument(models.Model):
    """A document of a complaint, sealed on disk: what came with it, and what the bank has written."""

    personal_data: ClassVar[tuple[str, ...]] = ("name", "text")

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="documents")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=choices(COMPLAINT_DOCUMENTS))
    name = SealedField()
    text = SealedField(blank=True, help_text="what the bank has written, word for word")
    way = models.CharField(max_length=8, blank=True, help_text="by which way it went to the complainant")
    contact = models.ForeignKey(
        "collections_app.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    copy_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="sent_again",
        help_text="the letter that came back, of which this copy waits to be delivered",
    )  # fmt: skip
    returned_on = models.DateField(null=True, blank=True)
    return_reason = models.CharField(max_length=12, blank=True, default="", db_default="", choices=choices(RETURNS))
    handoff = models.ForeignKey(
        HandOff, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="the work of delivering what came back or lay too long",
    )  # fmt: skip

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["complaint", "added_at"], name="complaint_documents"),
            # The sweep of letters nobody has delivered.
            models.Index(fields=["added_at"], condition=models.Q(way=""), name="complaint_letters_waiting"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="document_of_complaint_kept", operation=pgtrigger.Delete),
            # What it says is fixed from the first moment; by which way it went, once it went.
            pgtrigger.Protect(
                name="document_of_complaint_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.way <> '' OR NEW.text IS DISTINCT FROM OLD.text OR NEW.sha256 IS DISTINCT FROM OLD.sha256"
                    " OR NEW.stored_as IS DISTINCT FROM OLD.stored_as"
                ),
            ),
        ]


class PowerOfAttorney(models.Model):
    """Who says they speak for a customer, by what document, for what and until when; and whether it was proven."""

    personal_data: ClassVar[tuple[str, ...]] = ("name", "scope")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="powers")
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, null=True, blank=True, related_name="powers")
    handoff = models.OneToOneField(
        HandOff, on_delete=models.PROTECT, related_name="power", help_text="the check it opened"
    )
    name = SealedField()
    scope = SealedField()
    valid_until = models.DateField(null=True, blank=True)
    document = models.ForeignKey(ComplaintDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.ForeignKey(
        HandOffPaper, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="the document, where it was handed in on the customer's page",
    )  # fmt: skip
    state = models.CharField(max_length=12, choices=choices(POWER_STATES), default="unchecked")
    checked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-id"], name="power_of_record")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="proven")
                | (models.Q(document__isnull=False) | models.Q(paper__isnull=False))
                & models.Q(valid_until__isnull=False, checked_by__isnull=False),
                name="power_proven_by_document_and_person",
            ),
        ]


class Recusal(models.Model):
    """A colleague or an agency kept away from a customer because a complaint is about them."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="recusals", verbose_name=_("customer")
    )
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="recusals", verbose_name=_("colleague")
    )
    agency = models.ForeignKey(
        MachineClient, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="recusals")
    since = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(staff__isnull=False, agency__isnull=True)
                | models.Q(staff__isnull=True, agency__isnull=False),
                name="recusal_of_one",
            ),
            models.UniqueConstraint(
                fields=["customer", "staff", "agency"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="recusal_once",
            ),
        ]
