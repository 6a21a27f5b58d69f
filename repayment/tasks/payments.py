"""Waking the sweeps of payments, each by itself: a gateway that is slow keeps back neither the core nor the books."""

from celery import shared_task

from collections_app.services import clock
from repayment.services import settlement, sweeps


@shared_task(name="repayment.sweep_payments")
def sweep_payments() -> None:
    """Close what is paid another way, and ask about silent payments."""
    sweeps.ask_gateways(now=clock.now())


@shared_task(name="repayment.follow_postings")
def follow_postings() -> None:
    """Follow what the core has made of payments."""
    sweeps.follow_postings(now=clock.now())


@shared_task(name="repayment.reconcile")
def reconcile() -> None:
    """Look at differences with the gateways' settlements again."""
    settlement.reconcile(now=clock.now())
