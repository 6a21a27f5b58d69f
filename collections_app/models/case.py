"""Cases: at most one is open per customer."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.customer import Customer


class Case(models.Model):
    """The unit of coordination: all delinquent accounts of one customer, from 入催 to 出催."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="cases")
    number = models.CharField(_("case number"), max_length=24, unique=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=16, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes: ClassVar = [
            # Those opened and closed on a day, for the board.
            models.Index(fields=["opened_at"], name="case_opened_by_day"),
            models.Index(fields=["closed_at"], name="case_closed_by_day", condition=models.Q(closed_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(closed_at__isnull=True), name="case_one_open_per_customer"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, close_reason="")
                | models.Q(closed_at__isnull=False) & ~models.Q(close_reason=""),
                name="case_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number
