"""Connections kept open between the requests of one process.

Under ASGI every request has a thread, and so a connection, of its own: without this each would start a server process
that knows no table yet, which costs more than what most requests ask. A connection is kept while nobody uses it, and
given to the next who needs one with nothing left in it of whoever had it before. It is no bound: who finds none kept
opens one.
"""

import os
import select
import threading
import time
from contextlib import suppress
from typing import Any

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

# Firewalls forget a line that is silent for long.
IDLE_SECONDS = 60.0


class Kept:
    """The idle connections of this process by what they were opened with; at most ``most``, none unless told."""

    def __init__(self) -> None:
        self.most = 0
        self.forget()

    def forget(self) -> None:
        """Know of no connection; a forked process must not use its parent's."""
        self._lock = threading.Lock()
        self._idle: dict[object, list[tuple[Any, float]]] = {}

    def take(self, key: object) -> Any | None:
        """Return a connection that was opened with this and still lives, or None."""
        while True:
            with self._lock:
                idle = self._idle.get(key)
                if not idle:
                    return None
                connection, since = idle.pop()
            if time.monotonic() - since < IDLE_SECONDS and _lives(connection):
                return connection
            _close(connection)

    def give(self, key: object, connection: Any) -> bool:
        """Keep a connection for the next; return False when it must be closed instead."""
        if not self.most or not _cleaned(connection):
            return False
        now = time.monotonic()
        with self._lock:
            idle = self._idle.setdefault(key, [])
            old = [each for each, since in idle if now - since >= IDLE_SECONDS]
            idle[:] = [pair for pair in idle if pair[0] not in old]
            keeps = sum(len(each) for each in self._idle.values()) < self.most
            if keeps:
                idle.append((connection, now))
        for each in old:
            _close(each)
        return keeps

    def empty(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for pairs in idle.values():
            for connection, _since in pairs:
                _close(connection)


def _lives(connection: Any) -> bool:
    """An idle server says nothing, until it ends and says so: then there is something to read."""
    if connection.closed:
        return False
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return not poll.poll(0)
    except (OSError, ValueError, psycopg2.Error):
        return False


def _cleaned(connection: Any) -> bool:
    """Leave nothing of whoever had it: no transaction, no setting, no lock, nothing temporary."""
    try:
        if connection.closed:
            return False
        connection.rollback()
        if connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            return False
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DISCARD ALL")
    except psycopg2.Error:
        return False
    return True


def _close(connection: Any) -> None:
    with suppress(psycopg2.Error):
        connection.close()


kept = Kept()
os.register_at_fork(after_in_child=kept.forget)
