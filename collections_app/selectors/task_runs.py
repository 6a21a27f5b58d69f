"""Which tasks are dead: their last run failed, or it never ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from collections_app.models import TaskRun

_MOST = 500


@dataclass(frozen=True, slots=True)
class Dead:
    """A task that has not ended well since: how often, the latest time, and the class of its error (none: lost)."""

    task: str
    number: int
    at: datetime
    error: str


def dead_rows(*, now: datetime) -> QuerySet[TaskRun]:
    """Return the runs nothing has settled: those that failed, and those that outlived what any run may take."""
    # The worker ends whatever takes longer, and says so; a minute more and nobody is there to say anything.
    longest = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)
    return TaskRun.objects.filter(
        Q(failed_at__isnull=False) | Q(started_at__lt=now - longest), recovered_at__isnull=True
    )


def dead(*, now: datetime) -> list[Dead]:
    """Return the dead tasks, the latest first. One query."""
    rows = dead_rows(now=now).order_by("-started_at", "-id")
    found: dict[str, Dead] = {}
    for task, started_at, failed_at, error in rows.values_list("task", "started_at", "failed_at", "error")[:_MOST]:
        before = found.get(task)
        first = Dead(task, 0, failed_at or started_at, error if failed_at else "")
        found[task] = Dead(task, (before or first).number + 1, (before or first).at, (before or first).error)
    return list(found.values())
