"""Answering what happened on the ground floor: each event that calls for a message gets it, once."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from collections_app.models import Customer, Event
from collections_app.services import records, sequencer
from notifications.services import answers, corrections

READER = "notifications"
# The database is away or too busy: that is no fault of the event, and the same run is made again.
_NOT_ITS_FAULT = (OperationalError, InterfaceError)
_log = logging.getLogger(__name__)


def follow(*, now: datetime, limit: int = 200) -> int:
    """Read the events nobody here has read yet and queue what they call for; return how many were read.

    Each is taken in one transaction with the reader's place, so that a crash repeats none and loses none. One that
    cannot be taken is kept and told of, and tried again by later runs; those after it go on.
    """
    again = sequencer.left(reader=READER, now=now)
    places = sequencer.read(reader=READER, limit=limit)
    events = [*(row.event for row in again), *(place.event for place in places)]
    corrected = _corrected_by_themselves(events)
    failed = False
    for row in again:
        failed |= not _take(row.event, corrected, now)
    quiet: int | None = None
    for place in places:
        if _calls_for_something(place.event, corrected):
            failed |= not _take(place.event, corrected, now, place=place.place)
            quiet = None
        else:
            quiet = place.place
    if quiet is not None:
        sequencer.advance(reader=READER, place=quiet)
    if again or failed:
        sequencer.tell_left(now=now)
    return len(places)


def _calls_for_something(event: Event, corrected: set[int]) -> bool:
    return answers.is_answered(event) or (event.kind == "told.contradicted" and event.customer_id in corrected)


def _take(event: Event, corrected: set[int], now: datetime, *, place: int | None = None) -> bool:
    """Do what an event calls for and move the reader's place on; return whether it was done, else it is kept."""
    try:
        if event.kind == "told.contradicted" and event.customer_id in corrected:
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
    told = {event.customer_id for event in events if event.kind == "told.contradicted"}
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
