"""What the clock owes ownership: giving what is nobody's, beginning leave, and ending placements."""

from celery import shared_task

from collections_app.services import clock
from collections_app.services.machines import placements
from collections_app.services.ownership import covers, distributing


@shared_task(name="ownership.distribute")
def distribute() -> int:
    """Give what is nobody's by the rules of assignment."""
    return distributing.distribute(now=clock.now())


@shared_task(name="ownership.begin_leave")
def begin_leave() -> int:
    """Give back what people hold whose leave has begun."""
    return covers.sweep(now=clock.now())


@shared_task(name="ownership.end_placements")
def end_placements() -> int:
    """Call back what was placed until a day that is over."""
    return placements.recall_over(now=clock.now())
