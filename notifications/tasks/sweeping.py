"""Waking the sweepers behind the queue."""

from celery import shared_task

from collections_app.services import clock
from notifications.services import bounces, dialling, following, halts, incidents, reconciling, senders
from notifications.services.letters import sweep as letters


@shared_task(name="notifications.follow_events")
def follow_events() -> None:
    """Queue what the events of the record call for, such as receipts of payments."""
    following.follow(now=clock.now())


@shared_task(name="notifications.read_returned_mails")
def read_returned_mails() -> None:
    """Read the mails that came back, where the bank has named the mailbox they come back to."""
    bounces.read_all(now=clock.now())


@shared_task(name="notifications.sweep_messages")
def sweep_messages() -> None:
    """Find claims that were lost, ask what became of unknown messages, ask for receipts that do not come
    and what became of calls nobody knows of, let go what an incident has put off, use again what was avoided,
    end what is stopped and no longer of use, and look after batches of letters that were broken off."""
    now = clock.now()
    reconciling.expire_leases(now=now)
    reconciling.reconcile(now=now)
    reconciling.ask_for_receipts(now=now)
    dialling.reconcile(now=now)
    incidents.let_go(now=now)
    senders.rest(now=now)
    halts.let_expire(now=now)
    letters.sweep(now=now)
