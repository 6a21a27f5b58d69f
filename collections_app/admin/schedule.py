"""What runs by the clock."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.services import schedule


@admin.display(description=_("task"), ordering="name")
def title(row: Any) -> str:
    """Return the name, which config/beat declares in English, in the reader's language."""
    return gettext(row.name)


@admin.display(description=_("runs"))
def runs(row: Any) -> str:
    """Return how often or when it runs."""
    if row.crontab is not None:
        when = row.crontab
        return gettext("daily at %(time)s") % {"time": f"{int(when.hour):02}:{int(when.minute):02}"}
    seconds = int(row.interval.schedule.run_every.total_seconds())
    if seconds % 60:
        return ngettext("every second", "every %(count)s seconds", seconds) % {"count": seconds}
    return ngettext("every minute", "every %(count)s minutes", seconds // 60) % {"count": seconds // 60}


@admin.display(description=_("code"))
def code(row: Any) -> str:
    """Return the name workers know the task by."""
    return str(row.task)


@admin.display(description=_("running"), boolean=True, ordering="enabled")
def running(row: Any) -> bool:
    """Return whether it is not paused."""
    enabled: bool = row.enabled
    return enabled


@admin.display(description=_("times run"))
def times(row: Any) -> int:
    """Return how often it has been begun."""
    count: int = row.total_run_count
    return count


@admin.display(description=_("last run"), ordering="last_run_at")
def last_run(row: Any) -> str:
    """Return when it was last begun, as the reader writes a day and an hour: the schedule runs by the wall clock."""
    at = row.last_run_at
    return date_format(localtime(at + settings.CLOCK_SHIFT), "DATETIME_FORMAT") if at else "—"


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ServiceAdmin[Any]):
    """The schedule. Entries are declared in config/beat; here they are paused and let go on."""

    help = _("What OneCase does by itself. A paused task does nothing until it goes on; nothing is lost meanwhile.")
    may_add = may_change = False
    list_display = (title, runs, running, last_run)
    fields: ClassVar[Any] = (title, code, runs, running, last_run, times)
    readonly_fields: ClassVar[Any] = fields
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab")
    ordering = ("name",)
    actions = ("pause", "go_on")

    def name_of(self, row: Any) -> str:
        """Return the task's name in the reader's language."""
        return title(row)

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
