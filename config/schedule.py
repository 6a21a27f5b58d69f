"""Bringing the declared schedule into the tables that django-celery-beat reads."""

from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask, PeriodicTasks

from config.beat import SCHEDULE, ByClock, Entry

MARK = "Declared in config/beat.py."
# Seconds: under load a worker may well come to a run of every five seconds later than that.
AT_LEAST = 60
A_DAY = 23 * 3600


@transaction.atomic
def sync(entries: tuple[Entry, ...] = SCHEDULE) -> tuple[int, int]:
    """Add declared entries that are missing, remove those no longer declared.

    Returns how many were added and removed. The time and the switch of an entry that is already
    there belong to the administrator and stay; its task, its queue and when a run that waits is of no use any more
    belong to the code.
    """
    added = 0
    for entry in entries:
        of_the_code = {"task": entry.task, "queue": entry.queue, "description": MARK}
        known = PeriodicTask.objects.filter(name=entry.name).select_related("interval").first()
        if known is None:
            known = PeriodicTask.objects.create(name=entry.name, **of_the_code, **_when(entry))
            added += 1
        PeriodicTask.objects.filter(pk=known.pk).update(**of_the_code, expire_seconds=_expires(known))
    gone = PeriodicTask.objects.filter(description=MARK).exclude(name__in=[e.name for e in entries])
    removed, _by_model = gone.delete()
    PeriodicTasks.update_changed()
    return added, removed


def _expires(known: PeriodicTask) -> int:
    """Return for how many seconds a run may wait for a worker: the clock has given the next one by then.

    Hours without workers leave one run of each in the queue, and not thousands. What runs daily may wait nearly a day.
    """
    if known.interval is None:
        return A_DAY
    return max(int(known.interval.schedule.run_every.total_seconds()), AT_LEAST)


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
