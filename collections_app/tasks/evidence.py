"""Making evidence packs."""

from celery import shared_task

from collections_app.services import clock
from collections_app.services.evidence import packs


@shared_task(name="evidence.make")
def make_pack(pack_id: int) -> None:
    """Make one evidence pack that was asked for."""
    packs.make(pack_id=pack_id, now=clock.now())


@shared_task(name="evidence.make_waiting")
def make_waiting() -> int:
    """Make the packs whose wake-up was lost."""
    return packs.make_waiting(now=clock.now())
