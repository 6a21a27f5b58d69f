"""Waking the sweeps of payments."""

from celery import shared_task

from collections_app.services import clock
from repayment.services import sweeps


@shared_task(name="repayment.sweep_payments")
def sweep_payments() -> None:
    """Ask about silent payments, and follow what the core has posted."""
    now = clock.now()
    sweeps.ask_about_silent(now=now)
    sweeps.follow_postings(now=now)
