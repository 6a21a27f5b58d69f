"""Waking the planner."""

from celery import shared_task
from django.utils import timezone

from collections_app.services import clock
from notifications.services import planning


@shared_task(name="notifications.plan_reminders")
def plan_reminders() -> None:
    """Plan the reminders of today; what is planned already is not planned again."""
    now = clock.now()
    planning.plan(on=timezone.localdate(now), now=now)
