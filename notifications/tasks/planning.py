"""Waking the planner."""

from celery import shared_task
from django.utils import timezone

from collections_app.services import clock
from notifications.services import planning

# Later than this the clock has given another.
STALE = 240


@shared_task(name="notifications.plan_reminders", expires=STALE)
def plan_reminders() -> None:
    """Plan the reminders of today; what is planned already is not planned again."""
    now = clock.now()
    planning.plan(on=timezone.localdate(now), now=now)
