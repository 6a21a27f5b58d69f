"""Dates for what waits, and ends for what has run out of its term."""

from celery import shared_task

from collections_app.services import clock, sweeps
from mediation.services import clocks, outcomes, proposals, timetables, untold
from mediation.services.people import papers


@shared_task(name="mediation.schedule")
def schedule_branch(branch_id: int) -> None:
    """Find dates for all the waiting sessions of a branch together."""
    timetables.schedule_branch(branch_id=branch_id, now=clock.now())


@shared_task(name="mediation.sweep")
def sweep_waiting() -> None:
    """Find other dates for sessions whose people are away, and dates for what waits and was not woken for.

    Then sessions that are over without an outcome are told. What somebody proposed who is kept away from the record by
    now is taken back last: until then it takes no proposal, so nothing waits for it.
    """
    sweeps.in_turn(timetables.vacate, timetables.sweep, untold.watch, proposals.take_back_barred, now=clock.now())


@shared_task(name="mediation.expire")
def expire_mediations() -> None:
    """End talks whose term is over, and warn of the clocks that run out."""
    sweeps.in_turn(outcomes.expire, clocks.sweep, now=clock.now())


@shared_task(name="mediation.papers")
def watch_papers() -> None:
    """Warn of trainings and qualifications that end soon."""
    papers.watch(now=clock.now())
