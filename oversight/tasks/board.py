"""What the board shows of a large bank."""

from celery import shared_task

from collections_app.services import clock
from oversight.services import board


@shared_task(name="oversight.keep_board")
def keep_board() -> int:
    """Count for the board what is too much to count at every look."""
    return board.keep(now=clock.now())
