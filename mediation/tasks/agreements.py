"""What agreements and courts ask to be watched, every morning."""

from celery import shared_task

from collections_app.services import clock
from mediation.services import courts, obligations


@shared_task(name="mediation.watch_agreements")
def watch_agreements() -> None:
    """Hand on obligations that are overdue, and warn before a term of the law ends."""
    now = clock.now()
    try:
        obligations.watch(now=now)
    finally:
        # Terms of the law run whatever became of the obligations.
        courts.watch(now=now)
