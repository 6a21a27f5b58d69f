"""What runs by the clock, and the working calendar."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from collections_app.admin.base import ReadOnlyAdmin, ServiceAdmin, actor_of
from collections_app.models import ImportedDay
from collections_app.services import schedule


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ServiceAdmin[Any]):
    """The schedule. Entries are declared in config/beat; here they are paused and let go on."""

    may_add = may_change = False
    list_display = ("name", "task", "interval", "crontab", "enabled", "last_run_at")
    list_select_related = ("interval", "crontab")
    ordering = ("name",)
    actions = ("pause", "go_on")

    def write(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Turn the entry round."""
        return schedule.set_enabled(task_id=row.pk, enabled=not row.enabled, actor=actor_of(request))

    @admin.action(description=_("Pause"))
    def pause(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Pause each chosen entry that runs."""
        running = queryset.filter(enabled=True)
        self.run_action(
            request, running, lambda row: self.write(request, row, None), done=gettext("paused"), logged="paused"
        )

    @admin.action(description=_("Let it go on"))
    def go_on(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let each chosen entry that is paused go on."""
        paused = queryset.filter(enabled=False)
        self.run_action(
            request, paused, lambda row: self.write(request, row, None), done=gettext("goes on"), logged="resumed"
        )


@admin.register(ImportedDay)
class ImportedDayAdmin(ReadOnlyAdmin[ImportedDay]):
    """Days that are not what the weekday says, as published."""

    list_display = ("country", "on", "works", "name", "source")
    list_filter = ("country", "works")
    ordering = ("country", "-on")
