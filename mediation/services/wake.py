"""Waking the scheduler after commit. The rows are the queue: a wake-up that is lost is made good by the sweep."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from collections_app.services import wake

_quiet: ContextVar[bool] = ContextVar("mediation_wake_quiet", default=False)
# The advisory lock of whoever finds dates alone ("MEDA" in ASCII).
_ALONE = 0x4D454441


@contextmanager
def alone() -> Iterator[None]:
    """Find the dates of what is done meanwhile alone: nobody is woken, and no worker looks for any.

    Waits for a worker that is reading what waits. The lock ends with the connection, so that a caller who is killed
    holds nobody back; the sweep finds what they leave.
    """
    token = _quiet.set(True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ALONE])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ALONE])
    finally:
        _quiet.reset(token)


def may_look_within() -> bool:
    """Return whether a worker may look for dates; nobody begins to find them alone until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [_ALONE])
        return bool(cursor.fetchone()[0])


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
    if not _quiet.get():
        wake.at_once(task, **named)
