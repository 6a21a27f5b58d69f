"""Waking the sweeps of payments."""

from celery import shared_task

from collections_app.services import clock
from repayment.services import overtaken, settlement, sweeps


@shared_task(name="repayment.sweep_payments")
def sweep_payments() -> None:
    """Close what is paid another way, ask about silent payments, follow the core, look at differences again."""
    now = clock.now()
    overtaken.close(now=now)
    sweeps.ask_about_silent(now=now)
    sweeps.follow_postings(now=now)
    settlement.reconcile(now=now)
