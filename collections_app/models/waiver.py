"""What the bank has let a customer off."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.models.account import Account
from collections_app.models.approval import Approval
from collections_app.models.arrangement import Arrangement
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class Waiver(models.Model):
    """One component of one account's debt that is let off, by whom and on which authority. Amounts in fen.

    The core books it; until its file shows that, the five amounts stay as they are.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="waivers")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="waivers")
    component = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField()
    owed_fen = models.BigIntegerField(help_text="of this component, as it was asked for")
    timing = models.CharField(max_length=16)
    settlement = models.BooleanField(help_text="lets the customer settle the whole account")
    granted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="waivers_granted")
    granted_at = models.DateTimeField()
    arrangement = models.ForeignKey(
        Arrangement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="waivers",
        help_text="granted with this plan: it lapses when the plan is broken or annulled",
    )
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, blank=True, related_name="waivers")

    class Meta:
        indexes: ClassVar = [
            # What somebody has granted in a month, and what a customer has been let off in all.
            models.Index(fields=["granted_by", "component", "-granted_at"], name="waiver_of_month"),
            models.Index(fields=["customer", "component"], name="waiver_of_customer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0, amount_fen__lte=models.F("owed_fen")), name="waiver_amount"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="waiver_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
