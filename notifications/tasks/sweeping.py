"""Waking the sweepers behind the queue."""

import logging
from datetime import datetime

from celery import shared_task

from collections_app.services import clock
from notifications.services import (
    bounces,
    dialling,
    following,
    halts,
    incidents,
    reconciling,
    senders,
    serving,
    text_watch,
)
from notifications.services.letters import sweep as letters
from notifications.tasks.sending import STALE

_log = logging.getLogger(__name__)


@shared_task(name="notifications.follow_events", expires=STALE)
def follow_events() -> None:
    """Queue what the events of the record call for, such as receipts of payments."""
    following.follow(now=clock.now())


@shared_task(name="notifications.read_returned_mails")
def read_returned_mails() -> None:
    """Read the mails that came back, where the bank has named the mailbox they come back to."""
    bounces.read_all(now=clock.now())


@shared_task(name="notifications.watch_texts")
def watch_texts() -> None:
    """Check the texts in use again by the rules of today."""
    text_watch.watch(now=clock.now())


@shared_task(name="notifications.sweep_messages", expires=STALE)
def sweep_messages() -> None:
    """Find claims that were lost, let go what an incident has put off, use again what was avoided, end what is stopped
    and no longer of use, ask what became of unknown messages, for receipts that do not come and what became of calls
    nobody knows of, and look after batches of letters that were broken off. Each runs whatever became of the others.

    One sweep runs at a time: where a provider hangs, the next ones leave the workers to what is to be sent.
    """
    with serving.only_sweep() as mine:
        if mine:
            _sweep(clock.now())


def _sweep(now: datetime) -> None:
    failed: Exception | None = None
    for sweep in (
        reconciling.expire_leases,
        incidents.let_go,
        senders.rest,
        halts.let_expire,
        reconciling.reconcile,
        reconciling.ask_for_receipts,
        dialling.reconcile,
        letters.sweep,
    ):
        try:
            sweep(now=now)
        except Exception as error:  # noqa: BLE001  one sweep that fails must not keep back the others
            _log.exception("%s.%s failed", sweep.__module__, sweep.__name__)
            failed = failed or error
    if failed is not None:
        raise failed
