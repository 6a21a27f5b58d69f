"""Waking the sweepers behind the queue."""

from celery import shared_task

from collections_app.services import clock
from notifications.services import dialling, following, incidents, reconciling


@shared_task(name="notifications.follow_events")
def follow_events() -> None:
    """Queue what the events of the record call for, such as receipts of payments."""
    following.follow(now=clock.now())


@shared_task(name="notifications.sweep_messages")
def sweep_messages() -> None:
    """Find claims that were lost, ask what became of unknown messages, ask for receipts that do not come
    and what became of calls nobody knows of, and let go what an incident has put off."""
    now = clock.now()
    reconciling.expire_leases(now=now)
    reconciling.reconcile(now=now)
    reconciling.ask_for_receipts(now=now)
    dialling.reconcile(now=now)
    incidents.let_go(now=now)
