"""Who works an account: rules of assignment, leave cover, and plans to move many accounts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.ownership.moving import GOALS, LINE_STATES, PLAN_STATES, SKIPS
from collections_app.domain.ownership.pools import POOLS
from collections_app.models.account import Account, Product
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.machine import MachineClient
from collections_app.models.organisation import Branch, Team
from collections_app.models.staff import Staff


class AssignmentRule(models.Model):
    """Whose accounts of a kind become: the first active rule that fits decides. What is empty is any."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    position = models.PositiveIntegerField(_("place"), default=100, help_text=_("The lowest that fits decides."))
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    active = models.BooleanField(_("in force"), default=True)
    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customers of the branch"),
    )
    product = models.CharField(_("product"), max_length=8, choices=Product.choices, blank=True)
    stages = models.JSONField(_("stages"), default=list, blank=True)
    from_fen = models.BigIntegerField(_("overdue from"), null=True, blank=True)
    below_fen = models.BigIntegerField(_("overdue below"), null=True, blank=True)
    pool = models.CharField(_("pool"), max_length=16, choices=choices(POOLS))
    unit = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("people of the unit")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("people of the team")
    )

    class Meta:
        verbose_name = _("rule of assignment")
        verbose_name_plural = _("rules of assignment")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(from_fen__isnull=True) | Q(below_fen__isnull=True) | Q(from_fen__lt=models.F("below_fen")),
                name="assignment_rule_amounts_in_order",
                violation_error_message=_("The lower amount is below the upper one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class LeaveCover(models.Model):
    """Somebody is away, and a colleague works their book meanwhile. It ends by itself after its last day."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    away = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="leaves", verbose_name=_("who is away"))
    cover = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="covers", verbose_name=_("covered by"))
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), help_text="the first instant that is not covered any more")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(
        null=True, blank=True, help_text="when claims and the line of who is away were given back"
    )
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True)

    class Meta:
        verbose_name = _("leave cover")
        verbose_name_plural = _("leave covers")
        indexes: ClassVar = [
            # Whose books a colleague covers now.
            models.Index(fields=["cover", "ends_at"], name="leave_cover_of"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(begins_at__lt=models.F("ends_at")), name="leave_cover_in_order"),
            models.CheckConstraint(condition=~Q(away=models.F("cover")), name="leave_cover_by_another"),
        ]


class Reassignment(models.Model):
    """A plan to move accounts: previewed line by line, then applied as previewed or dropped."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    goal = models.CharField(_("to whom"), max_length=8, choices=choices(GOALS))
    reason = models.CharField(_("reason"), max_length=500)
    selection = models.JSONField(default=dict, help_text="how the accounts were chosen: codes and ids")
    state = models.CharField(_("state"), max_length=12, choices=choices(PLAN_STATES), default="previewed")
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("at"))
    applied_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    form_key = models.CharField(max_length=64, blank=True)
    agency = models.ForeignKey(
        MachineClient, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    until_on = models.DateField(_("placed until"), null=True, blank=True)
    batch = models.CharField(_("batch"), max_length=32, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("plan to move accounts")
        verbose_name_plural = _("plans to move accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["created_by", "form_key"], condition=~Q(form_key=""), name="reassignment_form_once"
            ),
        ]


class ReassignmentLine(models.Model):
    """One account of a plan: from whom to whom, as seen at which version, what is skipped, and what became of it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    plan = models.ForeignKey(Reassignment, on_delete=models.CASCADE, related_name="lines")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    seen_version = models.PositiveBigIntegerField()
    from_owner = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_pool = models.CharField(max_length=16)
    to_owner = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to_pool = models.CharField(max_length=16)
    rule = models.ForeignKey(AssignmentRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    skip = models.CharField(max_length=16, blank=True, choices=choices(SKIPS))
    hold = models.CharField(
        max_length=24, blank=True, default="", db_default="", help_text="the hold that stops a placement"
    )
    became = models.CharField(max_length=8, choices=choices(LINE_STATES), default="waiting")

    class Meta:
        ordering: ClassVar = ["customer_id", "account_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "account"], name="reassignment_line_once"),
        ]
