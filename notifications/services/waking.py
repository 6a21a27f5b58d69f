"""Waking the senders at once when something cannot wait."""

from select import select
from time import monotonic

from django.db import connection

# Told in the transaction that queues what cannot wait; heard when it is committed.
_CHANNEL = "onecase_messages"


def wake_within() -> None:
    """Wake the senders when the caller's transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {_CHANNEL}")


def listen() -> None:
    """Begin to hear on this connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {_CHANNEL}")


def unlisten() -> None:
    """Hear no more, so that the connection serves others without a backlog."""
    if connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute(f"UNLISTEN {_CHANNEL}")


def heard(*, seconds: float) -> bool:
    """Wait for so many seconds at most, and return whether something was told."""
    raw = connection.connection
    ends = monotonic() + seconds
    while (left := ends - monotonic()) > 0:
        if select([raw], [], [], left)[0]:
            raw.poll()
        if raw.notifies:
            raw.notifies.clear()
            return True
    return False
