"""Arrangements: instalment plans in force on an account."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.domain.arrangements import TRANSITIONS
from collections_app.models.account import Account
from collections_app.models.customer import Customer
from collections_app.models.recording import Recording
from collections_app.models.staff import Staff


class Arrangement(models.Model):
    """An agreement to pay one account in instalments. While it performs, collection of the account stops."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="arrangements")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="arrangements")
    source = models.CharField(max_length=16, choices=[("negotiation", "negotiation"), ("mediation", "mediation")])
    source_reference = models.CharField(max_length=40)
    state = models.CharField(max_length=12, default="performing")
    agreed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="plans_agreed")
    is_oral = models.BooleanField(default=False, db_default=False, help_text="agreed by word of mouth")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grace_days = models.PositiveSmallIntegerField(default=3)
    agreed_at = models.DateTimeField()
    breached_at = models.DateTimeField(null=True, blank=True)
    performed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=["performing", "late"]),
                name="arrangement_one_in_force_per_account",
            ),
            models.UniqueConstraint(fields=["source", "source_reference", "account"], name="arrangement_source_once"),
            models.CheckConstraint(
                condition=models.Q(is_oral=False) | models.Q(recording__isnull=False),
                name="arrangement_oral_has_recording",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="arrangement_transitions",
                field="state",
                transitions=[(old.value, new.value) for old, after in TRANSITIONS.items() for new in sorted(after)],
            ),
        ]


class ArrangementInstalment(models.Model):
    """One instalment of an arrangement, due by 24:00 of its day. Amounts in fen."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    arrangement = models.ForeignKey(Arrangement, on_delete=models.CASCADE, related_name="instalments")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["arrangement", "number"], name="arrangement_instalment_once"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0, paid_fen__gte=0), name="arrangement_instalment_amounts"
            ),
        ]
