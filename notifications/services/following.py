"""Answering what happened on the ground floor: each event that calls for a message gets it, once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from collections_app.models import Customer, EventSequence
from collections_app.services import records, sequencer
from notifications.services import answers, corrections

READER = "notifications"


def follow(*, now: datetime, limit: int = 200) -> int:
    """Read the events nobody here has read yet and queue what they call for; return how many were read.

    Each is taken in one transaction with the reader's place, so that a crash repeats none and loses none.
    """
    places = sequencer.read(reader=READER, limit=limit)
    quiet: int | None = None
    corrected = _corrected_by_themselves(places)
    for place in places:
        if answers.is_answered(place.event):
            _answer(place, now)
            quiet = None
        elif place.event.kind == "told.contradicted" and place.event.customer_id in corrected:
            # Its own transaction: queued once, because the word it puts right is its key.
            corrections.send_by_itself(
                customer_id=place.event.customer_id, account_id=place.event.account_id or 0, now=now
            )
            quiet = place.place
        else:
            quiet = place.place
    if quiet is not None:
        sequencer.advance(reader=READER, place=quiet)
    return len(places)


def _corrected_by_themselves(places: Sequence[EventSequence]) -> set[int]:
    """The customers among these whose branch wants corrections sent without a colleague. No query without any."""
    told = {place.event.customer_id for place in places if place.event.kind == "told.contradicted"}
    if not told:
        return set()
    rows = Customer.objects.filter(pk__in=told, branch__told_corrections="send")
    return set(rows.values_list("pk", flat=True))


@transaction.atomic(durable=True)
def _answer(place: EventSequence, now: datetime) -> None:
    customer = records.lock(customer_id=place.event.customer_id, now=now)
    answers.answer_within(customer=customer, event=place.event, now=now)
    sequencer.advance(reader=READER, place=place.place)
