"""Payments that customers make on their own page."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import AccessSession, Account, Customer
from collections_app.models.choices import choices
from repayment.domain.payments import OPEN, PAYMENT_PURPOSES, PAYMENT_STATES, TRANSITIONS


class Payment(models.Model):
    """One payment of one account through a gateway, from the customer's click to its posting. Amount in fen."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="payments", verbose_name=_("customer")
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="payments", verbose_name=_("account"))
    session = models.ForeignKey(AccessSession, on_delete=models.SET_NULL, null=True, related_name="payments")
    amount_fen = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    purpose = models.CharField(_("purpose"), max_length=16, choices=choices(PAYMENT_PURPOSES))
    state = models.CharField(_("state"), max_length=12, choices=choices(PAYMENT_STATES), default="started")
    gateway = models.CharField(_("gateway"), max_length=16)
    reference = models.CharField(_("payment reference"), max_length=32, unique=True)
    gateway_handle = models.CharField(
        max_length=96, blank=True, default="", db_default="", help_text="what the gateway calls the open order"
    )
    gateway_reference = models.CharField(_("gateway's reference"), max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=64)
    failure = models.CharField(_("failed because"), max_length=24, blank=True)
    version_seen = models.PositiveBigIntegerField(
        _("record version the customer saw"), help_text=_("The amounts on the page were of this version.")
    )
    created_at = models.DateTimeField(_("begun at"))
    expires_at = models.DateTimeField(_("lapses at"))
    arrived_fen = models.BigIntegerField(
        _("arrived"), default=0, db_default=0, help_text=_("What the gateway took, when that is not the amount.")
    )
    refunded_fen = models.BigIntegerField(_("refunded"), default=0, db_default=0)
    disputed_at = models.DateTimeField(_("disputed since"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    in_settlement = models.BooleanField(
        _("in a settlement file"), default=False, db_default=False, help_text=_("The gateway has settled the payment.")
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes: ClassVar = [
            # The payments of an account, newest first.
            models.Index(fields=["account", "-created_at"], name="payment_of_account"),
            # Payments about which the gateway has been silent.
            models.Index(fields=["state", "created_at"], name="payment_silent"),
            # Money that no settlement file of its gateway contains yet: few rows, however much was settled before.
            models.Index(
                fields=["gateway", "settled_at"],
                name="payment_not_in_settlement",
                condition=models.Q(in_settlement=False, settled_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded_fen__gte=0, arrived_fen__gte=0), name="payment_sums_not_negative"
            ),
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


class HeldPayment(Payment):
    """Money that arrived and does not match its order, as whoever finds out what it was for sees it."""

    personal_data: ClassVar[tuple[str, ...]] = Payment.personal_data

    class Meta:
        proxy = True
        verbose_name = _("held payment")
        verbose_name_plural = _("held payments")
