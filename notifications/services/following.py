"""Answering what happened on the ground floor: a payment received gets its receipt."""

from datetime import datetime

from django.db import transaction

from collections_app.models import Account, EventSequence
from collections_app.services import records, sequencer
from notifications.domain.kinds import Kind
from notifications.services.messages import enqueue_within

READER = "notifications"


def follow(*, now: datetime, limit: int = 200) -> int:
    """Read the events nobody here has read yet and queue what they call for; return how many were read.

    Each is taken in one transaction with the reader's place, so that a crash repeats none and loses none.
    """
    places = sequencer.read(reader=READER, limit=limit)
    quiet: int | None = None
    for place in places:
        if place.event.kind == "payment.received":
            _acknowledge(place, now)
            quiet = None
        else:
            quiet = place.place
    if quiet is not None:
        sequencer.advance(reader=READER, place=quiet)
    return len(places)


@transaction.atomic(durable=True)
def _acknowledge(place: EventSequence, now: datetime) -> None:
    event = place.event
    customer = records.lock(customer_id=event.customer_id, now=now)
    account = Account.objects.filter(pk=event.account_id or 0).first()
    entry_id = event.payload.get("entry")
    if account is not None and entry_id:
        enqueue_within(
            customer=customer,
            kind=Kind.PAYMENT_RECEIVED,
            account=account,
            now=now,
            subject_id=entry_id,
            reference=f"entry:{entry_id}",
        )
    sequencer.advance(reader=READER, place=place.place)
