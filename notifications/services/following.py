"""Answering what happened on the ground floor: each event that calls for a message gets it, once."""

import logging
from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from django.db import InterfaceError, OperationalError, transaction

from collections_app.models import Customer, Event
from collections_app.services import records, sequencer
from collections_app.services.alone import alone
from notifications.services import answers, corrections

READER = "notifications"
_CONTRADICTED = "told.contradicted"
# So long one run goes on at most, but for the events it is at.
SECONDS = 50.0
# One run at a time ("FOLL" in ASCII).
_RUN = 0x464F4C4C
# The database is away or too busy: that is no fault of the event, and the same run is made again.
_NOT_ITS_FAULT = (OperationalError, InterfaceError)
_log = logging.getLogger(__name__)


def follow(*, now: datetime, limit: int = 200) -> int:
    """Read the events nobody here has read yet and queue what they call for; return how many places were passed.

    It goes on until there are none, for not much longer than ``SECONDS``: the clock gives another run. Each event is
    taken in one transaction with the reader's place, so that a crash repeats none and loses none. One that cannot be
    taken is kept and told of, and tried again by later runs; those after it go on. While another run is at it nothing
    is done.
    """
    with alone(_RUN) as mine:
        if not mine:
            return 0
        again = [row.event for row in sequencer.left(reader=READER, now=now)]
        corrected = _corrected_by_themselves(again)
        failed = False
        for event in again:
            failed |= not _take(event, corrected, now)
        passed, began = 0, monotonic()
        while monotonic() - began < SECONDS:
            moved, all_taken = _follow_some(now, limit)
            failed |= not all_taken
            passed += moved
            if not moved:
                break
        if again or failed:
            sequencer.tell_left(now=now)
        return passed


def _follow_some(now: datetime, limit: int) -> tuple[int, bool]:
    """Take the next events that call for something; return how many places were passed, and whether all were taken."""
    unread = sequencer.read(reader=READER, limit=limit, kinds=answers.ANSWERED | {_CONTRADICTED})
    corrected = _corrected_by_themselves([place.event for place in unread.places])
    all_taken = True
    for place in unread.places:
        if _calls_for_something(place.event, corrected):
            all_taken &= _take(place.event, corrected, now, place=place.place)
    sequencer.advance(reader=READER, place=unread.through)
    return unread.passed, all_taken


def _calls_for_something(event: Event, corrected: set[int]) -> bool:
    return answers.is_answered(event) or (event.kind == _CONTRADICTED and event.customer_id in corrected)


def _take(event: Event, corrected: set[int], now: datetime, *, place: int | None = None) -> bool:
    """Do what an event calls for and move the reader's place on; return whether it was done, else it is kept."""
    try:
        if event.kind == _CONTRADICTED and event.customer_id in corrected:
            # Its own transaction: queued once, because the word it puts right is its key.
            corrections.send_by_itself(customer_id=event.customer_id, account_id=event.account_id or 0, now=now)
        _answer(event, now, place)
    except _NOT_ITS_FAULT:
        raise
    except Exception as error:  # noqa: BLE001  one event that fails must not keep back those after it
        _log.exception("event %s could not be taken", event.pk)
        sequencer.leave(reader=READER, event=event, error=error, now=now, place=place)
        return False
    return True


def _corrected_by_themselves(events: Sequence[Event]) -> set[int]:
    """The customers among these whose branch wants corrections sent without a colleague. No query without any."""
    told = {event.customer_id for event in events if event.kind == _CONTRADICTED}
    if not told:
        return set()
    rows = Customer.objects.filter(pk__in=told, branch__told_corrections="send")
    return set(rows.values_list("pk", flat=True))


@transaction.atomic(durable=True)
def _answer(event: Event, now: datetime, place: int | None) -> None:
    if answers.is_answered(event):
        customer = records.lock(customer_id=event.customer_id, now=now)
        answers.answer_within(customer=customer, event=event, now=now)
    sequencer.taken(reader=READER, event=event)
    if place is not None:
        sequencer.advance(reader=READER, place=place)
