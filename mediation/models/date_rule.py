"""The bank's policy on agreeing dates with customers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Product
from collections_app.models.choices import choices
from mediation.domain.dates import MOST_OFFERED, DatePolicy
from mediation.domain.route import ROUTES


class DateRule(models.Model):
    """How the date of talks about one product by one means is agreed. Without a row: the starting values."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    product = models.CharField(_("product"), max_length=8, choices=Product.choices)
    route = models.CharField(_("by"), max_length=12, choices=choices(ROUTES))
    offered = models.PositiveSmallIntegerField(
        _("dates to choose from"), default=0, help_text=_("0: the bank sets the date.")
    )
    answer_hours = models.PositiveSmallIntegerField(_("hours to choose"), default=48)
    moves = models.PositiveSmallIntegerField(_("times the customer may move it"), default=2)
    until_hours = models.PositiveSmallIntegerField(_("until hours before"), default=24)

    class Meta:
        verbose_name = _("rule of dates")
        verbose_name_plural = _("rules of dates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "route"], name="date_rule_once"),
            models.CheckConstraint(
                condition=Q(offered__lte=MOST_OFFERED, answer_hours__gte=1, answer_hours__lte=168),
                name="date_rule_within_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_product_display()} {self.get_route_display()}"

    @property
    def policy(self) -> DatePolicy:
        """The row as the domain takes it."""
        return DatePolicy(
            offered=self.offered, answer_hours=self.answer_hours, moves=self.moves, until_hours=self.until_hours
        )
