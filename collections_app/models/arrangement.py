"""Arrangements: instalment plans in force on an account."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.domain.arrangements import TRANSITIONS
from collections_app.domain.instalments.early import KEEPINGS, SCHEDULE_REASONS
from collections_app.domain.instalments.schedules import METHODS
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.promise import Promise
from collections_app.models.recording import Recording
from collections_app.models.staff import Staff


class Arrangement(models.Model):
    """An agreement to pay one account in instalments. While it performs, collection of the account stops."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="arrangements")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="arrangements")
    source = models.CharField(max_length=16, choices=[(name, name) for name in ("negotiation", "mediation", "offer")])
    source_reference = models.CharField(max_length=40)
    kind = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="a code of the list arrangement_kinds"
    )
    method = models.CharField(max_length=20, blank=True, choices=choices(METHODS), default="", db_default="")
    annual_percent = models.DecimalField(
        max_digits=6, decimal_places=3, default=0, db_default=0, help_text="by which its interest is counted"
    )
    cost_percent = models.DecimalField(
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="what it costs a year, compounded, as it was shown before it was agreed",
    )
    conditions = models.JSONField(default=list, db_default=[], blank=True, help_text="of Art. 70, found to hold")
    recalculates = models.CharField(
        max_length=12,
        blank=True,
        choices=choices(KEEPINGS),
        default="",
        db_default="",
        help_text="what stays when more is paid than is due; empty: such money pays the next instalments",
    )
    early_fen = models.BigIntegerField(
        default=0, db_default=0, help_text="principal that was paid early and is in no instalment any more"
    )
    state = models.CharField(max_length=12, default="performing")
    agreed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="plans_agreed")
    is_oral = models.BooleanField(default=False, db_default=False, help_text="agreed by word of mouth")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grace_days = models.PositiveSmallIntegerField(default=3)
    tolerance_fen = models.PositiveIntegerField(
        default=0, db_default=0, help_text="a line short by no more is not late, and what is missing goes with the next"
    )
    agreed_at = models.DateTimeField()
    breached_at = models.DateTimeField(null=True, blank=True)
    performed_at = models.DateTimeField(null=True, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    ended_promise = models.ForeignKey(
        Promise, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="in force before it"
    )

    class Meta:
        indexes: ClassVar = [
            # Those in force, and those agreed or broken on a day, for the board.
            models.Index(
                fields=["state"], name="arrangement_in_force", condition=models.Q(state__in=["performing", "late"])
            ),
            models.Index(fields=["agreed_at"], name="arrangement_by_day"),
            models.Index(
                fields=["breached_at"], name="arrangement_broken", condition=models.Q(breached_at__isnull=False)
            ),
        ]
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
            models.CheckConstraint(
                condition=models.Q(early_fen=0) | models.Q(early_fen__gt=0) & ~models.Q(recalculates=""),
                name="arrangement_early_money",
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
    interest_fen = models.BigIntegerField(default=0, db_default=0, help_text="how much of the amount is interest")
    relieved_fen = models.BigIntegerField(
        default=0, db_default=0, help_text="interest that is not owed, since the plan was paid off early"
    )
    paid_fen = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["arrangement", "number"], name="arrangement_instalment_once"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0, paid_fen__gte=0), name="arrangement_instalment_amounts"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    interest_fen__gte=0,
                    interest_fen__lte=models.F("amount_fen"),
                    relieved_fen__gte=0,
                    relieved_fen__lte=models.F("interest_fen"),
                ),
                name="arrangement_instalment_interest",
            ),
        ]

    @property
    def due_fen(self) -> int:
        """What is due with it: its amount without the interest that is not owed any more."""
        return self.amount_fen - self.relieved_fen

    @property
    def principal_fen(self) -> int:
        """How much of the amount is not interest."""
        return self.amount_fen - self.interest_fen


class PlanSchedule(models.Model):
    """One version of a plan's schedule: as it was agreed, and each one that money or a colleague has made of it since.

    Written from the first change on; the instalments themselves are those of the newest. Amounts in fen.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    arrangement = models.ForeignKey(Arrangement, on_delete=models.CASCADE, related_name="schedules")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=12, choices=choices(SCHEDULE_REASONS))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lines = models.JSONField(help_text="of each line its last day, principal and interest")
    early_fen = models.BigIntegerField(default=0, help_text="principal paid early until then, in no line")
    changed_on = models.DateField(null=True, blank=True, help_text="the day of the money that changed it last")
    undone_from = models.DateField(null=True, blank=True, help_text="money of these days fills the lines alone")
    undone_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["arrangement", "version"], name="plan_schedule_version_once"),
            models.CheckConstraint(
                condition=models.Q(reason="restored", made_by__isnull=False, undone_until__gte=models.F("undone_from"))
                | ~models.Q(reason="restored") & models.Q(undone_from__isnull=True, undone_until__isnull=True),
                name="plan_schedule_put_back_by_somebody",
            ),
            models.CheckConstraint(condition=models.Q(early_fen__gte=0), name="plan_schedule_early_money"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="plan_schedule_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
