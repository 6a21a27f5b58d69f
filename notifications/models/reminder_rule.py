"""On which days and at what hour reminders are planned."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Branch, Product
from collections_app.models.choices import choices
from notifications.domain.kinds import KIND_TERMS


class ReminderRule(models.Model):
    """The steps of the playbook for one kind of reminder, in the whole bank or for a branch, product or stage.

    A branch that has steps of its own for a kind follows them instead of the bank's.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(_("kind"), max_length=24, choices=choices(KIND_TERMS))
    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("branch"),
        help_text=_("Empty: every branch that has no steps of its own for this kind."),
    )
    product = models.CharField(
        _("product"), max_length=8, blank=True, default="", db_default="", choices=Product.choices
    )
    stages = ArrayField(
        models.CharField(max_length=8),
        verbose_name=_("stages"),
        blank=True,
        default=list,
        db_default=[],
        help_text=_("Empty: every stage."),
    )
    days = ArrayField(
        models.SmallIntegerField(),
        verbose_name=_("days"),
        help_text=_("Before (negative) or after the due date; for overdue reminders, after the days of grace."),
    )
    at = models.TimeField(_("hour"), help_text=_("In the customer's own time zone."))
    again = models.PositiveSmallIntegerField(
        _("sent again on later days"),
        default=2,
        db_default=2,
        validators=[MaxValueValidator(2)],
        help_text=_("How often at most, a day apart and while it is of use, when the handset was not reached."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        constraints: ClassVar = [
            models.UniqueConstraint("kind", "branch", "product", "at", nulls_distinct=False, name="reminder_rule_once"),
        ]

    def __str__(self) -> str:
        return self.kind
