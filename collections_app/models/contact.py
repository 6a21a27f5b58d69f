"""Conversations and contacts: the one budget all departments draw on."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collections_app.domain.calls import MARKERS
from collections_app.domain.purposes import CHANNELS
from collections_app.models.choices import choices
from collections_app.models.contact_point import ContactPoint
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class ContactState(models.TextChoices):
    RESERVED = "reserved"
    MADE = "made"
    FAILED = "failed"
    VOID = "void"
    UNKNOWN = "unknown"


class Contact(models.Model):
    """One attempt to reach a customer on any channel by anyone, with the permit it was made under."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("customer")
    )
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    channel = models.CharField(_("channel"), max_length=8, choices=choices(CHANNELS))
    purpose = models.CharField(_("purpose"), max_length=16)
    inbound = models.BooleanField(_("the customer called"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=ContactState.choices, default=ContactState.RESERVED)
    effective = models.BooleanField(_("spoken with"), default=False)
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("colleague")
    )
    department = models.CharField(_("department"), max_length=16)
    at = models.DateTimeField(_("at"))
    expires_at = models.DateTimeField(_("reserved until"), null=True, blank=True)
    accounts = models.JSONField(default=list)
    decision = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes: ClassVar = [
            # The contacts that count against the budget of a customer.
            models.Index(fields=["customer", "-at"], name="contact_budget"),
            models.Index(fields=["contact_point", "-at"], name="contact_point_budget"),
            # The contacts of a day, for the board.
            models.Index(fields=["at"], name="contact_by_day", condition=models.Q(inbound=False)),
        ]


class PermitRefusal(models.Model):
    """A contact that was asked for and refused, with the rule, its inputs and their age."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="refusals", verbose_name=_("customer")
    )
    channel = models.CharField(_("channel"), max_length=8)
    purpose = models.CharField(_("purpose"), max_length=16)
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("colleague")
    )
    reason = models.CharField(_("reason"), max_length=32)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    decision = models.JSONField(default=dict)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("refused contact")
        verbose_name_plural = _("refused contacts")
        indexes: ClassVar = [
            models.Index(fields=["customer", "-at"], name="refusal_recent"),
            # The report of an incident.
            models.Index(fields=["at"], name="refusal_of_incident", condition=models.Q(reason="incident")),
            # The refusals of a day, for the board.
            models.Index(fields=["at"], name="refusal_by_day"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="refusal_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class Conversation(models.Model):
    """A telephone call with a customer: a lease on the line. While it holds, nobody else's contact gets a permit.

    An interrupted call has given the line back and still waits to be closed with party and outcome.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="conversations")
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="conversation")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="conversations")
    department = models.CharField(max_length=16)
    inbound = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(db_default=Now(), help_text="the line is held until then, unless renewed")
    interrupted_at = models.DateTimeField(
        null=True, blank=True, help_text="when the line was given back before the call was closed"
    )
    verification = models.CharField(
        max_length=12,
        blank=True,
        choices=[
            ("verified", "verified"),
            ("failed", "failed"),
            ("third_party", "third_party"),
            ("refused", "refused"),
        ],
    )
    verified_by = models.JSONField(default=list)
    party = models.CharField(max_length=12, blank=True)
    outcome = models.CharField(max_length=24, blank=True)
    recording_ref = models.CharField(max_length=80, blank=True)
    marker = models.CharField(max_length=12, blank=True, choices=choices(MARKERS), default="", db_default="")
    overdue_reason = models.CharField(max_length=20, blank=True, default="", db_default="")
    brought = models.JSONField(
        default=list, db_default=[], help_text="what its outcome did, so that a correction can take it back"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(ended_at__isnull=True, interrupted_at__isnull=True),
                name="conversation_one_open_per_customer",
            ),
            models.UniqueConstraint(
                fields=["staff"],
                condition=models.Q(ended_at__isnull=True, interrupted_at__isnull=True),
                name="conversation_one_open_per_staff",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | ~models.Q(outcome="") & ~models.Q(party=""),
                name="conversation_ends_with_party_and_outcome",
            ),
        ]
        indexes: ClassVar = [
            # The call somebody has not closed yet: every page asks.
            models.Index(fields=["staff"], name="conversation_unclosed", condition=models.Q(ended_at__isnull=True)),
            # What the sweep of silent calls looks for.
            models.Index(
                fields=["lease_until"],
                condition=models.Q(ended_at__isnull=True, interrupted_at__isnull=True),
                name="conversation_lease",
            ),
        ]
