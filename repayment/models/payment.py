"""Payments that customers make on their own page."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.models import AccessSession, Account, Customer
from collections_app.models.choices import choices
from repayment.domain.payments import OPEN, PAYMENT_PURPOSES, PAYMENT_STATES, TRANSITIONS


class Payment(models.Model):
    """One payment of one account through a gateway, from the customer's click to its posting. Amount in fen."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="payments")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="payments")
    session = models.ForeignKey(AccessSession, on_delete=models.SET_NULL, null=True, related_name="payments")
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    purpose = models.CharField(max_length=16, choices=choices(PAYMENT_PURPOSES))
    state = models.CharField(max_length=12, choices=choices(PAYMENT_STATES), default="started")
    gateway = models.CharField(max_length=16)
    reference = models.CharField(max_length=32, unique=True)
    gateway_reference = models.CharField(max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=64)
    failure = models.CharField(max_length=24, blank=True)
    version_seen = models.PositiveBigIntegerField(help_text="the version of the record whose amounts the page showed")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # The payments of an account, newest first.
            models.Index(fields=["account", "-created_at"], name="payment_of_account"),
            # Payments about which the gateway has been silent.
            models.Index(fields=["state", "created_at"], name="payment_silent"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="payment_positive"),
            # The second click on "pay" finds the first one's payment.
            models.UniqueConstraint(fields=["customer", "idempotency_key"], name="payment_click_once"),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=sorted(OPEN)),
                name="payment_one_open_per_account",
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~models.Q(gateway_reference=""),
                name="payment_gateway_reference_once",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="payment_transitions",
                field="state",
                transitions=[(old.value, new.value) for old, after in TRANSITIONS.items() for new in sorted(after)],
            ),
        ]

    def __str__(self) -> str:
        return self.reference
