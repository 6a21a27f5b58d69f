"""Promises to pay."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.promises import TRANSITIONS
from collections_app.models.account import Account
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class Promise(models.Model):
    """What a customer said they would pay on one account, in one or more parts."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="promises")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="promises")
    state = models.CharField(max_length=20, default="active")
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.CharField(max_length=16)
    taken_at = models.DateTimeField()
    conversation = models.ForeignKey(
        "collections_app.Conversation", on_delete=models.PROTECT, null=True, blank=True, related_name="promises"
    )
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    redates = models.PositiveSmallIntegerField(default=0)
    last_day = models.DateField()
    total_fen = models.BigIntegerField()
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # The promises of a record, and those due to be judged.
            models.Index(fields=["customer", "state"], name="promise_of_record"),
            models.Index(fields=["state", "last_day"], name="promise_due"),
            # Those judged on a day, for the board.
            models.Index(fields=["judged_at"], name="promise_by_day", condition=models.Q(judged_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=["active", "due", "awaiting_posting"]),
                name="promise_one_pending_per_account",
            ),
            models.CheckConstraint(condition=models.Q(total_fen__gt=0), name="promise_positive"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="promise_transitions",
                field="state",
                transitions=[(old.value, new.value) for old, after in TRANSITIONS.items() for new in sorted(after)],
            ),
        ]


class PromisePart(models.Model):
    """One part of a promise: so many fen by 24:00 of a day. Judged by itself once postings of that day are known."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="parts")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()
    verdict = models.CharField(max_length=20, blank=True, default="", db_default="")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on"]
        indexes: ClassVar = [models.Index(fields=["due_on"], name="promise_part_by_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "due_on"], name="promise_part_day_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="promise_part_positive"),
        ]


class PromiseRule(models.Model):
    """What may be promised at a stage of a product. The row with an empty stage holds for all others."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    product = models.CharField(_("product"), max_length=8)
    stage = models.CharField(_("stage"), max_length=8, blank=True)
    smallest_percent = models.PositiveSmallIntegerField(_("smallest share in percent"), default=10)
    longest_days = models.PositiveSmallIntegerField(_("days ahead at most"), default=14)
    most_parts = models.PositiveSmallIntegerField(_("parts at most"), default=3)
    most_redates = models.PositiveSmallIntegerField(_("re-dates at most"), default=2)
    tolerance_fen = models.PositiveIntegerField(_("tolerance"), default=1000)

    class Meta:
        verbose_name = _("promise rule")
        verbose_name_plural = _("promise rules")
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "stage"], name="promise_rule_once")]

    def __str__(self) -> str:
        return f"{self.product} {self.stage}".strip()
