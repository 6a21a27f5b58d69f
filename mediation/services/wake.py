"""Waking the scheduler after commit. The rows are the queue: a wake-up that is lost is made good by the sweep."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

_log = logging.getLogger(__name__)
_quiet: ContextVar[bool] = ContextVar("mediation_wake_quiet", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Wake nobody for what is done meanwhile: the caller finds the dates, and the sweep what they leave."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def schedule_soon(*, branch_id: int) -> None:
    """Ask a worker to look for dates in a branch once this transaction is committed."""
    transaction.on_commit(lambda: _send("mediation.schedule", branch_id=branch_id))


def vacate_soon() -> None:
    """Ask a worker to move the sessions of people who are away once this transaction is committed."""
    transaction.on_commit(lambda: _send("mediation.sweep"))


def wake_signing() -> None:
    """Ask a worker to invite who is to sign, and to take back what is over, once this transaction is committed."""
    transaction.on_commit(lambda: _send("mediation.sweep_signatures"))


def _send(task: str, **named: int) -> None:
    if _quiet.get():
        return
    try:
        current_app.send_task(task, kwargs=named, retry=False)
    except OperationalError as error:
        _log.warning("%s was not woken with %s: %s", task, named, error)
