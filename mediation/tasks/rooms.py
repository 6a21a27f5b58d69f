"""What video rooms leave behind, and telephone calls nobody knows the end of."""

from celery import shared_task

from collections_app.services import clock, sweeps
from mediation.services import conferences, room_talk


@shared_task(name="mediation.sweep_rooms")
def sweep_rooms() -> None:
    """Forget signals nobody has fetched in time, and ask for the legs of conferences whose fate is unknown."""
    sweeps.in_turn(room_talk.sweep, conferences.reconcile, now=clock.now())
