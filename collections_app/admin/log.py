"""Who changed what in the administration."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry

from collections_app.admin.base import ReadOnlyAdmin


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin[LogEntry]):
    """The administration's own log, newest first."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    ordering = ("-action_time", "-id")
