"""Bringing the declared schedule into the tables that django-celery-beat reads."""

from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask, PeriodicTasks

from config.beat import SCHEDULE, ByClock, Entry

MARK = "Declared in config/beat.py."


@transaction.atomic
def sync(entries: tuple[Entry, ...] = SCHEDULE) -> tuple[int, int]:
    """Add declared entries that are missing, remove those no longer declared.

    Returns how many were added and removed. The time and the switch of an entry that is already
    there belong to the administrator and stay; its task and queue belong to the code.
    """
    added = 0
    for entry in entries:
        known = PeriodicTask.objects.filter(name=entry.name)
        if known.update(task=entry.task, queue=entry.queue, description=MARK):
            continue
        PeriodicTask.objects.create(
            name=entry.name,
            task=entry.task,
            queue=entry.queue,
            description=MARK,
            **_when(entry),
        )
        added += 1
    gone = PeriodicTask.objects.filter(description=MARK).exclude(name__in=[e.name for e in entries])
    removed, _by_model = gone.delete()
    PeriodicTasks.update_changed()
    return added, removed


def _when(entry: Entry) -> dict[str, object]:
    if isinstance(entry.every, ByClock):
        when, _made = CrontabSchedule.objects.get_or_create(
            minute=entry.every.minute,
            hour=entry.every.hour,
            day_of_week=entry.every.day_of_week,
            timezone=settings.TIME_ZONE,
        )
        return {"crontab": when}
    interval, _made = IntervalSchedule.objects.get_or_create(
        every=int(entry.every.total_seconds()), period=IntervalSchedule.SECONDS
    )
    return {"interval": interval}
