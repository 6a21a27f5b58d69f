"""Senders that live for a while: a few of them, each woken at once, ended cleanly and started anew by the clock."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from django.db import connection

from notifications.services import sending, waking

# "SEND", "PRIO" and "CODE" in ASCII, each with the number of a place: so many senders live at a time, whoever starts
# them.
_PLACES, _PRIORITY_PLACES, _CODE_PLACES = 0x53454E44, 0x5052494F, 0x434F4445
# "SWEP": one sweep at a time.
_SWEEP = 0x53574550
# Without any wake-up a sender looks so often, in seconds: reminders, and what cannot wait.
LOOK, LOOK_PRIORITY = 2.0, 0.5
# How soon it notices that its worker is asked to stop.
_NOTICE = 0.5

# Made before a worker forks, so that all its processes share it.
_ending = multiprocessing.get_context("fork").Event()


def end_soon() -> None:
    """Let every sender of this worker end after the batch it is at."""
    _ending.set()


def serve(
    *,
    worker: str,
    clock: Callable[[], datetime],
    seconds: float,
    places: int,
    priority_only: bool = False,
    codes_only: bool = False,
) -> int | None:
    """Send what is due for so many seconds, and return how many messages; None when all places are taken.

    Losing the connection ends it; the next one the clock starts goes on, because the rows are the queue.
    """
    family = _CODE_PLACES if codes_only else _PRIORITY_PLACES if priority_only else _PLACES
    look = LOOK_PRIORITY if priority_only or codes_only else LOOK
    with _place(family, places) as found:
        if not found:
            return None
        began, total = monotonic(), 0
        waking.listen()
        try:
            while True:
                sent = sending.send_due(now=clock(), worker=worker, priority_only=priority_only, codes_only=codes_only)
                total += sum(sent.results.values())
                left = seconds - (monotonic() - began)
                if left <= 0 or _ending.is_set():
                    return total
                if not sent.looked_at:
                    _wait(min(left, look))
        finally:
            waking.unlisten()


@contextmanager
def only_sweep() -> Iterator[bool]:
    """Hold the turn of the sweep while the block runs; false where another sweep has it."""
    with _place(_SWEEP, 1) as found:
        yield found


@contextmanager
def _place(family: int, places: int) -> Iterator[bool]:
    """Hold a free place while the block runs; the database gives it back when the process dies."""
    held = None
    with connection.cursor() as cursor:
        for place in range(places):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [family, place])
            if cursor.fetchone() == (True,):
                held = place
                break
    try:
        yield held is not None
    finally:
        if held is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [family, held])


def _wait(seconds: float) -> None:
    """Wait until woken, asked to end, or the time is over."""
    ends = monotonic() + seconds
    while (left := ends - monotonic()) > 0 and not _ending.is_set():
        if waking.heard(seconds=min(left, _NOTICE)):
            return
