"""Telling the core what it has to book."""

from celery import shared_task

from collections_app.services import clock
from collections_app.services.instructions import telling


@shared_task(name="instructions.tell")
def tell() -> int:
    """Write tonight's file of instructions, and whatever an earlier night could not write."""
    return telling.tell_nightly(now=clock.now())
