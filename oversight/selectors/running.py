"""What an operator must know now: the file, what waits, what is unknown, what has fallen silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django_celery_beat.models import PeriodicTask

from collections_app.models import Customer, EventPending, IntakeBatch
from collections_app.selectors import task_runs
from notifications.domain.lifecycle import MessageState
from notifications.models import Message

# A task that runs by the interval is taken for dead after so many of them, and not before so long.
_MISSED = 5
_AT_LEAST = timedelta(minutes=10)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Silent:
    """A task of the schedule that has not run for longer than it should."""

    name: str
    task: str
    last_run_at: datetime | None


@dataclass(frozen=True, slots=True)
class Running:
    """How the machine room is at an instant."""

    batches: list[IntakeBatch]
    events_waiting: int
    records_late: int
    messages_due: int
    messages_since: datetime | None
    messages_unknown: int
    messages_failed: int
    silent: list[Silent]
    paused: list[str]
    dead: list[task_runs.Dead]


def running(*, now: datetime) -> Running:
    """Return how everything runs. Six queries."""
    day = now - timedelta(days=1)
    waiting = Q(state__in=[MessageState.DUE, MessageState.PLANNED], due_at__lte=now)
    messages = Message.objects.filter(
        waiting | Q(state=MessageState.UNKNOWN) | Q(state=MessageState.FAILED_PERMANENT, due_at__gt=day)
    ).aggregate(
        due=Count("id", filter=waiting),
        since=Min("due_at", filter=waiting),
        unknown=Count("id", filter=Q(state=MessageState.UNKNOWN)),
        failed=Count("id", filter=Q(state=MessageState.FAILED_PERMANENT)),
    )
    entries = list(PeriodicTask.objects.select_related("interval", "crontab").exclude(task__startswith="celery."))
    return Running(
        batches=list(IntakeBatch.objects.order_by("-started_at", "-id")[:SHOWN]),
        events_waiting=EventPending.objects.count(),
        records_late=Customer.objects.filter(derive_due_at__lte=now - timedelta(minutes=5)).count(),
        messages_due=messages["due"],
        messages_since=messages["since"],
        messages_unknown=messages["unknown"],
        messages_failed=messages["failed"],
        silent=[_silent(row) for row in entries if row.enabled and _is_silent(row, now - settings.CLOCK_SHIFT)],
        paused=[row.name for row in entries if not row.enabled],
        dead=task_runs.dead(now=now),
    )


def _silent(entry: PeriodicTask) -> Silent:
    at = entry.last_run_at
    return Silent(entry.name, entry.task, at + settings.CLOCK_SHIFT if at else None)


def _is_silent(entry: PeriodicTask, now: datetime) -> bool:
    """Return whether an entry has missed its turn: its interval several times, or its hour by more than a day.

    ``now`` is the scheduler's: it goes by the machine's clock, which a demo's is moved away from.
    """
    if entry.interval is not None:
        every = timedelta(**{entry.interval.period: entry.interval.every})
        longest = max(every * _MISSED, _AT_LEAST)
    else:
        longest = timedelta(days=1, hours=2)
    since = entry.last_run_at or entry.date_changed
    return since is not None and now - since > longest
