"""Dates for what waits, and ends for what has run out of its term."""

from celery import shared_task

from collections_app.services import clock
from mediation.services import outcomes, scheduling


@shared_task(name="mediation.schedule")
def schedule_mediation(mediation_id: int) -> None:
    """Find a date for one proposal."""
    scheduling.schedule(mediation_id=mediation_id, now=clock.now())


@shared_task(name="mediation.sweep")
def sweep_waiting() -> None:
    """Find dates for proposals whose wake-up was lost or for which nobody was free."""
    scheduling.sweep(now=clock.now())


@shared_task(name="mediation.expire")
def expire_mediations() -> None:
    """End talks whose term is over."""
    outcomes.expire(now=clock.now())
