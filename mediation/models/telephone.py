"""Sessions by telephone: the legs of a bridged call, who agrees to a recording, and what came of the call."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.models import Contact, Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField, WalledField
from mediation.domain.conferences import CALLERS, TELEPHONE_OUTCOMES
from mediation.models.session import Session
from notifications.domain.dials import DIAL_STATES, MAY_RING, DialState


class ConferenceLeg(models.Model):
    """One telephone that is called into a session's conference. The customer's has a permit like every contact."""

    personal_data: ClassVar[tuple[str, ...]] = ("number",)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="legs")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=choices(CALLERS))
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    called_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    attempt = models.UUIDField(unique=True)
    number = SealedField()
    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=choices(DIAL_STATES), default=DialState.BEGUN.value)
    rank = models.SmallIntegerField(default=-1)
    error_code = models.CharField(max_length=16, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            # Creating a call is not idempotent: while one may be ringing no second one is asked for.
            models.UniqueConstraint(
                fields=["session", "kind"],
                condition=Q(state__in=sorted(state.value for state in MAY_RING)),
                name="conference_leg_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind="customer") | Q(contact__isnull=False), name="conference_leg_of_customer_permitted"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["begun_at"],
                name="leg_to_ask_for",
                condition=Q(state__in=sorted(state.value for state in MAY_RING)),
            ),
        ]


class RecordingConsent(models.Model):
    """Whether one who takes part agrees to a recording; the newest word of each holds."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="recording_consents")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=choices(CALLERS))
    agrees = models.BooleanField()
    heard_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="recording_consent_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class TelephoneRecord(models.Model):
    """What came of a session's telephone call: how long, with what outcome, and where its recording lies, if any."""

    personal_data: ClassVar[tuple[str, ...]] = ("recording_ref",)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="telephone_records")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=16, choices=choices(TELEPHONE_OUTCOMES))
    minutes = models.PositiveSmallIntegerField()
    recording_ref = WalledField(blank=True)
    stated_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="telephone_record_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
