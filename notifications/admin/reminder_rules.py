"""On which days and at what hour reminders go out."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from collections_app.admin.base import ServiceAdmin, staff_of
from notifications.models import ReminderRule
from notifications.services import templates


@admin.register(ReminderRule)
class ReminderRuleAdmin(ServiceAdmin[ReminderRule]):
    """One rule for each kind of reminder."""

    list_display = ("kind", "days", "at", "active")
    ordering = ("kind",)

    def write(self, request: HttpRequest, row: ReminderRule, form: Any) -> ReminderRule:
        """Save the rule."""
        return templates.save_rule(rule=row, by=staff_of(request))
