"""How much of a debt a role may let off, or put off, without asking."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.staff import ROLES
from collections_app.models.choices import choices


class Authority(models.Model):
    """One role's authority over one component of a debt, or over plans. Amounts in fen; what has no row has none."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    role = models.CharField(_("role"), max_length=24, choices=choices(ROLES))
    component = models.CharField(_("component"), max_length=20)
    most_percent = models.PositiveSmallIntegerField(_("percent of what is owed of it, at most"), default=100)
    most_fen = models.BigIntegerField(_("at once, at most"))
    most_month_fen = models.BigIntegerField(_("in a calendar month, at most"))
    most_customer_fen = models.BigIntegerField(_("for one customer in all, at most"))
    most_branch_month_fen = models.BigIntegerField(
        _("for one branch in a calendar month, by everybody, at most"), null=True, blank=True
    )
    most_months = models.PositiveSmallIntegerField(_("months of a plan, at most"), null=True, blank=True)
    head_office_only = models.BooleanField(
        _("only with scope over the whole institution"), default=False, help_text=_("Always so for principal.")
    )

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "component"], name="authority_once"),
            models.CheckConstraint(
                condition=models.Q(
                    most_percent__lte=100, most_fen__gte=0, most_month_fen__gte=0, most_customer_fen__gte=0
                ),
                name="authority_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.component}"
