"""What customers say they have paid, and the slips they show."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.models.account import Account
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.handoff import HandOff
from collections_app.models.staff import Staff


class PaymentClaim(models.Model):
    """A customer's word that they have paid, until posting has been checked."""

    personal_data: ClassVar[tuple[str, ...]] = ("remark",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="payment_claims")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="payment_claims")
    amount_fen = models.BigIntegerField()
    channel = models.CharField(max_length=16)
    paid_on = models.DateField()
    paid_time = models.TimeField(
        null=True, blank=True, help_text="of that day at the customer's place, if they know it"
    )
    remark = SealedField(blank=True)
    state = models.CharField(
        max_length=16,
        choices=[
            ("open", "open"),
            ("found", "found"),
            ("not_found", "not_found"),
            ("other_account", "other_account"),
            ("withdrawn", "withdrawn"),
        ],
        default="open",
    )
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    handoff = models.OneToOneField(
        HandOff, on_delete=models.PROTECT, null=True, blank=True, related_name="claim", help_text="the trace it opened"
    )


class ClaimSlip(models.Model):
    """A picture or paper a customer shows for a payment, sealed on disk."""

    personal_data: ClassVar[tuple[str, ...]] = ("name",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    claim = models.ForeignKey(PaymentClaim, on_delete=models.CASCADE, related_name="slips")
    name = SealedField()
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    stored_as = models.CharField(max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="claim_slip_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
