"""How one book takes a fact that another has written: through the service that writes such a fact in the bank.

Each runs in the world of the book that takes, and returns the id of the row it wrote, or none when there was nothing to
write. Raise RefusedError when the book's own facts stand against it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db import transaction

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.promises import Part
from collections_app.models import ContactPoint, Entry, Event, HandOff, Hold, PaymentClaim, Promise
from collections_app.services import claims, contact_points, derivation, handoffs, holds, payments, promises, records

# What stands behind an event of each kind, by the name of its id in the payload.
ROWS: Mapping[str, tuple[str, type[Promise | Hold | PaymentClaim | Entry | HandOff]]] = {
    "promise.taken": ("promise", Promise),
    "hold.placed": ("hold", Hold),
    "claim.recorded": ("claim", PaymentClaim),
    "payment.received": ("entry", Entry),
    "handoff.opened": ("handoff", HandOff),
    "handoff.moved": ("handoff", HandOff),
}
COPIED = "call:copied-"
Row = Promise | Hold | PaymentClaim | Entry | HandOff | None


def actor_of(event: Event) -> records.Actor:
    """Return who a copied fact is of: the department that wrote it, and no person of this book."""
    return records.Actor(None, event.department)


def promise(event: Event, row: Row, now: datetime) -> int | None:
    """Take a promise the other department was given."""
    parts = [Part(date.fromisoformat(part["due_on"]), part["amount_fen"]) for part in event.payload["parts"]]
    taken = promises.take(
        customer_id=event.customer_id,
        account_id=event.account_id or 0,
        parts=parts,
        actor=actor_of(event),
        seen_version=None,
        now=now,
    )
    return taken.pk


@transaction.atomic(durable=True)
def hold(event: Event, row: Row, now: datetime) -> int | None:
    """Take a hold that came with a call or was placed by hand; the others come with what they belong to."""
    assert isinstance(row, Hold)
    if (row.source and not row.source.startswith("call:")) or (row.ends_at and row.ends_at <= now):
        return None
    customer = records.lock(customer_id=event.customer_id, now=now)
    placed = holds.place_within(
        customer=customer,
        kind=row.kind,
        actor=actor_of(event),
        now=now,
        account_id=row.account_id,
        contact_point=ContactPoint.objects.filter(id=row.contact_point_id or 0).first(),
        channel=row.channel,
        source=f"{COPIED}{row.pk}",
        ends_at=row.ends_at,
    )
    derivation.derive(customer=customer, now=now)
    return placed.pk


def claim(event: Event, row: Row, now: datetime) -> int | None:
    """Take a customer's word that they have paid."""
    assert isinstance(row, PaymentClaim)
    taken = claims.record(
        customer_id=event.customer_id,
        account_id=row.account_id,
        amount_fen=row.amount_fen,
        channel=row.channel,
        paid_on=row.paid_on,
        actor=actor_of(event),
        seen_version=None,
        now=now,
    )
    return taken.pk


def payment(event: Event, row: Row, now: datetime) -> int | None:
    """Take a payment that came in through the other department."""
    assert isinstance(row, Entry)
    taken = payments.record_received(
        account_id=row.account_id,
        amount_fen=row.amount_fen,
        channel=row.channel,
        reference=row.reference,
        occurred_at=row.occurred_at,
        now=now,
        actor=actor_of(event),
    )
    return taken.pk if taken else None


def number(event: Event, row: Row, now: datetime) -> int | None:
    """Take what the other department has learnt of a number."""
    judged = contact_points.judge(
        contact_point_id=event.payload["contact_point"],
        quality=event.payload["quality"],
        permission=event.payload["permission"],
        actor=actor_of(event),
        seen_version=None,
        now=now,
    )
    return judged.pk


@transaction.atomic(durable=True)
def handoff(event: Event, row: Row, now: datetime) -> int | None:
    """Take a hand-off that is open still; a claim's trace comes with the claim."""
    assert isinstance(row, HandOff)
    if row.kind == "payment_trace" or row.state not in STILL_OPEN:
        return None
    customer = records.lock(customer_id=event.customer_id, now=now)
    opened = handoffs.open_within(
        customer=customer,
        kind=row.kind,
        actor=actor_of(event),
        now=now,
        account_id=row.account_id,
        text=row.text,
        due_at=row.due_at if row.due_at > now else None,
    )
    derivation.derive(customer=customer, now=now)
    return opened.pk


TAKERS: Mapping[str, Callable[[Event, Row, datetime], int | None]] = {
    "promise.taken": promise,
    "hold.placed": hold,
    "claim.recorded": claim,
    "payment.received": payment,
    "contact_point.changed": number,
    "handoff.opened": handoff,
}
MOVED = "handoff.moved"
