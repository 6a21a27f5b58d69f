"""Calls that OneCase puts through by itself, and what the provider reported of them."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.models import Conversation, Customer, Staff
from collections_app.models.fields import SealedField
from notifications.domain.dials import DIAL_STATES, DialState


class Dial(models.Model):
    """One attempt to connect a colleague's telephone with the customer's, under the permit of a conversation."""

    personal_data: ClassVar[tuple[str, ...]] = ("number",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="dials")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    attempt = models.UUIDField(unique=True)
    number = SealedField()
    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        max_length=10, choices=[(code, term.en) for code, term in DIAL_STATES.items()], default=DialState.BEGUN.value
    )
    rank = models.SmallIntegerField(default=-1)
    error_code = models.CharField(max_length=16, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # Creating a call is not idempotent, and what rings counts: one for each permit. What failed rang nowhere.
            models.UniqueConstraint(
                fields=["conversation"],
                condition=~models.Q(state=DialState.FAILED.value),
                name="dial_rings_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["begun_at"], name="dial_unknown", condition=models.Q(state__in=["begun", "unknown"])),
        ]


class DialReport(models.Model):
    """One report of a provider on a call: late, repeated and foreign ones are kept too."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    dial = models.ForeignKey(Dial, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=64)
    report = models.CharField(max_length=24)
    applied = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="dial_report_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
