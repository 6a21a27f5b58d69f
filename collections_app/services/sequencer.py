"""The gap-free order of events, given after commit, and the readers of other floors.

Event ids are no order to read by: a transaction that began first may commit last. The sequencer takes what is
committed, gives each event the next place, and chains it into the ledger in one transaction of its own.
"""

import json
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from collections_app.models import Event, EventCursor, EventLeft, EventPending, EventSequence
from collections_app.selectors import event_log
from collections_app.services import alerts
from ledger.services import log, verification

logger = logging.getLogger(__name__)
TOPIC = "record-event"
ALERT, UNVERIFIED_ALERT, LEFT_ALERT = "ledger_broken", "ledger_unverified", "event_left"
# An event that a reader fails to take is tried again after 1, 2, 4 … minutes, at last every hour.
_LONGEST_REST = timedelta(hours=1)
# After so long without an event, what was chained is signed without waiting for the next round.
QUIET = timedelta(minutes=1)
# So many places are looked through at a time for what a reader cares for.
_LOOKED_AT = 20_000
# One sequencer at a time: a number of our own for PostgreSQL's advisory locks.
_LOCK = 7_201_001


def canonical(event: Event) -> bytes:
    """Return the bytes of an event that the ledger commits to."""
    body = {
        "id": event.id,
        "customer": event.customer_id,
        "kind": event.kind,
        "version": event.version,
        "at": event.at.isoformat(),
        "actor": event.actor_id,
        "department": event.department,
        "account": event.account_id,
        "payload": event.payload,
    }
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sequence(*, now: datetime, limit: int = 5000) -> int:
    """Give the committed events that wait their places, chain them into the ledger, and return how many."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        waiting = list(EventPending.objects.order_by("event_id").values_list("event_id", flat=True)[:limit])
        if not waiting:
            return 0
        events = list(Event.objects.filter(id__in=waiting).order_by("id"))
        places = log.append(entries=[(TOPIC, canonical(event)) for event in events], now=now)
        EventSequence.objects.bulk_create(
            EventSequence(place=place, event=event) for place, event in zip(places, events, strict=True)
        )
        EventPending.objects.filter(event_id__in=waiting).delete()
    return len(events)


def sign(*, now: datetime) -> None:
    """Sign the ledger as it is, so that what is chained so far can be shown to be unchanged later.

    A ledger that refuses becomes an alert.
    """
    with _told(now=now):
        log.checkpoint(now=now)


def sign_when_quiet(*, now: datetime) -> None:
    """Sign the first events at once, and later ones when a minute brought no more; as ``sign`` otherwise."""
    with _told(now=now):
        log.checkpoint_when_quiet(now=now, quiet=QUIET)


def close(*, now: datetime) -> None:
    """Chain every event that waits and sign: what is done before the workers stop."""
    while sequence(now=now):
        pass
    sign(now=now)


def verify(*, now: datetime) -> bool:
    """Recompute the ledger, compare every event with it, and return whether it holds; raise or clear the alerts.

    A run that does not come to its end, for want of time or whatever else, is an alert of its own: nothing is known.
    """
    try:
        violations = [*verification.verify().violations, *contradictions()]
    except Exception as error:
        alerts.raise_alert(kind=UNVERIFIED_ALERT, detail={"error": type(error).__name__}, now=now)
        raise
    alerts.clear(kind=UNVERIFIED_ALERT, now=now)
    if violations:
        alerts.raise_alert(kind=ALERT, detail={"violations": len(violations), "first": violations[0]}, now=now)
        logger.error("The ledger does not verify: %s", violations[0])
    else:
        alerts.clear(kind=ALERT, now=now)
    return not violations


@contextmanager
def _told(*, now: datetime) -> Iterator[None]:
    """Turn the ledger's refusal to sign into an alert; who runs the bank must see it, and the events go on."""
    try:
        yield
    except log.LogError as error:
        alerts.raise_alert(kind=ALERT, detail={"first": str(error)}, now=now)
        logger.warning("The ledger was not signed: %s", error)


@dataclass(frozen=True, slots=True)
class Unread:
    """The next events a reader cares for, the place up to which there are no others, and how many places that is."""

    places: list[EventSequence]
    through: int
    passed: int


def read(*, reader: str, limit: int = 500, kinds: Collection[str] | None = None) -> Unread:
    """Return the next sequenced events a reader of another floor has not yet taken, of ``kinds`` or of all.

    Once they are taken, the reader moves on to ``through`` (see ``advance``), past those of other kinds: a nightly
    file brings hundreds of thousands of events that nobody answers. No more than 20,000 places are looked at.
    """
    cursor, _ = EventCursor.objects.get_or_create(reader=reader)
    # Places are given in their order, one transaction after another: up to the last one seen none is missing.
    ahead = EventSequence.objects.filter(place__gt=cursor.place, place__lte=cursor.place + _LOOKED_AT)
    last = ahead.aggregate(last=Max("place"))["last"]
    if last is None:
        return Unread([], cursor.place, 0)
    rows = ahead.filter(place__lte=last).select_related("event").order_by("place")
    if kinds is not None:
        rows = rows.filter(event__kind__in=sorted(kinds))
    found = list(rows[:limit])
    through = found[-1].place if len(found) == limit else last
    return Unread(found, through, through - cursor.place)


def advance(*, reader: str, place: int) -> None:
    """Remember that a reader has taken everything up to a place. Call it in the transaction of its own writes."""
    EventCursor.objects.filter(reader=reader, place__lt=place).update(place=place)


@transaction.atomic(durable=True)
def leave(*, reader: str, event: Event, error: Exception, now: datetime, place: int | None = None) -> None:
    """Keep an event that a reader failed to take, so that those after it go on; it is tried again later.

    ``place`` is where the reader stands with it, the first time.
    """
    row, is_new = EventLeft.objects.select_for_update().get_or_create(
        reader=reader,
        event=event,
        defaults={"error": type(error).__name__[:80], "failed_at": now, "retry_at": now + timedelta(minutes=1)},
    )
    if not is_new:
        row.tries, row.error = min(row.tries + 1, 32_767), type(error).__name__[:80]
        row.retry_at = now + min(timedelta(minutes=2 ** min(row.tries - 1, 6)), _LONGEST_REST)
        row.save(update_fields=["tries", "error", "retry_at"])
    if place is not None:
        advance(reader=reader, place=place)


def left(*, reader: str, now: datetime, limit: int = 50) -> list[EventLeft]:
    """Return the events a reader left that are to be tried again now, the oldest first."""
    rows = EventLeft.objects.filter(reader=reader, retry_at__lte=now).select_related("event")
    return list(rows.order_by("retry_at", "id")[:limit])


def taken(*, reader: str, event: Event) -> None:
    """Forget that an event was left. Call it in the transaction that took it."""
    EventLeft.objects.filter(reader=reader, event=event).delete()


def tell_left(*, now: datetime) -> None:
    """Raise the alert of what readers have left, or clear it once all is taken."""
    if number := EventLeft.objects.count():
        alerts.raise_alert(kind=LEFT_ALERT, detail={"events": number}, now=now)
    else:
        alerts.clear(kind=LEFT_ALERT, now=now)


def contradictions() -> list[str]:
    """Compare every event with the ledger and return what is wrong, a sentence each.

    Says what ``ledger verify`` says of ``payloads``, many times as fast: the database finds by itself nearly
    every leaf in the event it belongs to, and only what it cannot is compared here.
    """
    left = ((place, canonical(event)) for place, event in event_log.unproven())
    return list(verification.verify_payloads(payloads=left, all_of_them=False).violations) + [
        f"{absent} entries have no payload, the first of them entry {first}."
        for absent, first in [event_log.without_event()]
        if absent
    ]


def payloads() -> Iterator[tuple[int, bytes]]:
    """Return the ledger index and canonical bytes of every sequenced event, for ``manage.py ledger verify``."""
    rows = EventSequence.objects.select_related("event").order_by("place")
    for row in rows.iterator(chunk_size=2000):
        yield row.place, canonical(row.event)
