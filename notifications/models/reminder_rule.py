"""On which days and at what hour reminders are planned."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.choices import choices
from notifications.domain.kinds import KIND_TERMS


class ReminderRule(models.Model):
    """The bank's policy for one kind of reminder. Editable by administrators."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(_("kind"), max_length=24, choices=choices(KIND_TERMS), unique=True)
    days = ArrayField(
        models.SmallIntegerField(),
        verbose_name=_("days"),
        help_text=_("Before (negative) or after the due date; for overdue reminders, after the days of grace."),
    )
    at = models.TimeField(_("hour"), help_text=_("In the customer's own time zone."))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")

    def __str__(self) -> str:
        return self.kind
