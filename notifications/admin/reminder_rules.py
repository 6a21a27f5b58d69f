"""On which days and at what hour reminders go out."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, staff_of
from collections_app.admin.sections import Section
from notifications.forms.reminder_rule import ReminderRuleForm, day_words
from notifications.models import ReminderRule
from notifications.services import templates


@admin.display(description=_("days"))
def days(row: ReminderRule) -> str:
    """Return the days in words: before the due date, on it, after it."""
    return day_words(row.days)


@admin.register(ReminderRule)
class ReminderRuleAdmin(ServiceAdmin[ReminderRule]):
    """The steps of the playbook: of the bank, and of the branches that have their own."""

    section = Section.MESSAGES
    help = _("On which days around the due date and at what hour each reminder goes out, permits allowing.")
    form = ReminderRuleForm
    list_display = ("kind", "branch", "product", days, "at", "again", "active")
    list_filter = ("active", "branch", "product")
    list_select_related = ("branch",)
    ordering = ("kind", "branch", "at")

    def name_of(self, row: ReminderRule) -> str:
        """Return the kind in words."""
        return str(row.get_kind_display())

    def write(self, request: HttpRequest, row: ReminderRule, form: Any) -> ReminderRule:
        """Save the rule."""
        return templates.save_rule(rule=row, by=staff_of(request))
