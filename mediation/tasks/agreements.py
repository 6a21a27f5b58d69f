"""What agreements and courts ask to be watched, and who is asked to sign."""

from celery import shared_task

from collections_app.services import clock, sweeps
from mediation.services import cosigning, courts, obligations


@shared_task(name="mediation.watch_agreements")
def watch_agreements() -> None:
    """Hand on obligations that are overdue, and warn before a term of the law ends."""
    # Terms of the law run whatever became of the obligations.
    sweeps.in_turn(obligations.watch, courts.watch, now=clock.now())


@shared_task(name="mediation.sweep_signatures")
def sweep_signatures() -> None:
    """Invite co-borrowers and guarantors to sign, and take back what is not to be signed any more."""
    cosigning.sweep(now=clock.now())
