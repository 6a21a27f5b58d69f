"""Messages to customers. The row is the queue."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.purposes import CHANNELS
from collections_app.models import Account, Contact, ContactPoint, Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField, SealedJSONField
from notifications.domain.kinds import KIND_TERMS, VARIANTS
from notifications.domain.lifecycle import MESSAGE_STATES, TRANSITIONS, WAITING
from notifications.models.template import Template


class Message(models.Model):
    """One message of a kind about one day of an account, from planned to delivered.

    Until it is claimed it holds no text and no number: both are taken from the record at that instant.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("number", "body", "payload")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="messages")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    kind = models.CharField(_("kind"), max_length=24, choices=choices(KIND_TERMS))
    purpose = models.CharField(_("purpose"), max_length=16)
    channel = models.CharField(_("channel"), max_length=8, choices=choices(CHANNELS), default="sms", db_default="sms")
    # Where it may not go by every channel of its kind: those it may, with commas between them.
    by_channels = models.CharField(max_length=40, blank=True, default="", db_default="")
    about_on = models.DateField(_("about the day"))
    reference = models.CharField(max_length=40, default="", blank=True)
    # Of what the playbook planned: which of its steps, the day of that step, and how often it was let go before.
    step = models.SmallIntegerField(_("step"), null=True, blank=True)
    step_on = models.DateField(_("day of the step"), null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=0, db_default=0)
    # The branch whose queue it stands in, so that one branch's thousands do not delay another's ten.
    lane = models.PositiveIntegerField(default=0, db_default=0)
    subject_id = models.BigIntegerField(null=True, blank=True)
    payload = SealedJSONField()
    state = models.CharField(_("state"), max_length=20, choices=choices(MESSAGE_STATES), default="planned")
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    reason_params = models.JSONField(default=dict)
    priority = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    planned_at = models.DateTimeField(_("planned at"))
    due_at = models.DateTimeField(_("due at"))
    expires_at = models.DateTimeField(_("expires at"))

    # The message whose handset was not reached, which this one is once more on a later day: one follows it at most.
    again_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="again")
    provider = models.CharField(_("provider"), max_length=16)
    attempt = models.UUIDField(unique=True, default=uuid.uuid4)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    number = SealedField(blank=True)
    number_provenance = models.CharField(max_length=20, blank=True)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    wording = models.CharField(max_length=16, blank=True, default="", db_default="")
    variant = models.CharField(max_length=16, choices=choices(VARIANTS), blank=True)
    language = models.CharField(max_length=8, blank=True)
    body = SealedField(blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    segments = models.PositiveSmallIntegerField(default=0)
    said = models.JSONField(default=list)
    version = models.PositiveBigIntegerField(null=True, blank=True)

    provider_id = models.CharField(max_length=64, blank=True)
    report_rank = models.SmallIntegerField(default=-1)
    error_code = models.CharField(max_length=16, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    # When its provider is asked what became of it, should no receipt have come until then; empty: nobody can be asked.
    ask_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes: ClassVar = [
            # What a worker may claim of each branch, receipts and codes first.
            models.Index(
                fields=["lane", "-priority", "due_at", "id"],
                name="message_waiting",
                condition=models.Q(state__in=sorted(WAITING)),
            ),
            # What the playbook has planned for an account already.
            models.Index(
                fields=["account", "kind", "step_on"],
                name="message_of_step",
                condition=models.Q(step__isnull=False),
            ),
            # One-time codes that wait: a lane of their own, asked for every second or two.
            models.Index(
                fields=["due_at"],
                name="message_codes",
                condition=models.Q(purpose="otp", state__in=sorted(WAITING)),
            ),
            # Claims whose lease may have run out, and outcomes nobody knows.
            models.Index(
                fields=["state", "lease_until"],
                name="message_open",
                condition=models.Q(state__in=["claimed", "unknown"]),
            ),
            # Accepted and not yet reported on: what is asked for when no receipt comes.
            models.Index(
                fields=["ask_at", "accepted_at"],
                name="message_unreported",
                condition=models.Q(state__in=["accepted", "sent"]),
            ),
            # The messages of a record, newest first.
            models.Index(fields=["customer", "-due_at"], name="message_of_record"),
            # The outbox by state, newest first.
            models.Index(fields=["state", "-due_at"], name="message_outbox"),
            # All messages by their hour: the list without a state, and the flow of a day.
            models.Index(fields=["-due_at", "-id"], name="message_by_hour"),
            # Why messages did not go, newest first.
            models.Index(fields=["reason", "-due_at"], name="message_by_reason", condition=~models.Q(reason="")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "customer",
                "kind",
                "account",
                "about_on",
                "reference",
                "step",
                "round",
                nulls_distinct=False,
                name="message_once",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="message_provider_id_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="claimed")
                | models.Q(lease_until__isnull=False, version__isnull=False) & ~models.Q(body_sha256=""),
                name="message_claimed_is_rendered",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="message_transitions",
                field="state",
                transitions=[(old.value, new.value) for old, after in TRANSITIONS.items() for new in sorted(after)],
            ),
            # A message to the number on file is evidence: what was sent, where to, and the provider's name for it.
            pgtrigger.Protect(
                name="message_evidence_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.accepted_at IS NOT NULL AND ("
                    "NEW.body IS DISTINCT FROM OLD.body OR NEW.number IS DISTINCT FROM OLD.number"
                    " OR NEW.number_provenance IS DISTINCT FROM OLD.number_provenance"
                    " OR NEW.provider_id IS DISTINCT FROM OLD.provider_id"
                    " OR NEW.accepted_at IS DISTINCT FROM OLD.accepted_at)"
                ),
            ),
            pgtrigger.Protect(
                name="message_evidence_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.accepted_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_on}"
