"""What video rooms leave behind."""

from celery import shared_task

from collections_app.services import clock
from mediation.services import room_talk


@shared_task(name="mediation.sweep_rooms")
def sweep_rooms() -> None:
    """Forget signals nobody has fetched in time."""
    room_talk.sweep(now=clock.now())
