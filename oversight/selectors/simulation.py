"""What a run of the simulation has left in one book: rows of the world that is entered, without what was copied."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from collections_app.models import Contact, Entry, Event, Hold, Told
from collections_app.selectors import codes
from oversight.domain.simulation import measures
from oversight.domain.simulation.core import Core

# When a fact of a book, by the kind of its event and its row, was in the other book.
Arrived = Callable[[str, int], datetime | None]
_AGREEMENTS = {"promise_pending": "promise.taken", "agreement_active": "plan.agreed"}


def contacts(*, copies: Collection[int], place: Mapping[int, int]) -> Iterator[measures.Contact]:
    """Return the contacts made from this book; ``place`` has each customer's number by id."""
    for row in Contact.objects.filter(state="made").order_by("at", "id"):
        if row.pk not in copies:
            yield measures.Contact(
                place[row.customer_id],
                row.at,
                row.department,
                row.channel,
                row.purpose,
                row.inbound,
                row.effective,
                row.contact_point_id,
            )


def stops(
    *, book: str, other: str, copies: Callable[[str], Collection[int]], arrived: Arrived, place: Mapping[int, int]
) -> Iterator[measures.Stop]:
    """Return the agreements, holds and wrong numbers that this book was the first to have."""
    rules = codes.current().holds
    for row in Hold.objects.order_by("placed_at", "id"):
        kind, fact_id = _origin(row)
        if fact_id in copies(kind) or row.pk in copies("hold.placed") or rules[row.kind].collect != "stop":
            continue
        ends = [at for at in (row.released_at, row.ends_at) if at]
        yield measures.Stop(
            place[row.customer_id],
            measures.AGREEMENT if row.kind in _AGREEMENTS else row.kind,
            row.placed_at,
            min(ends) if ends else None,
            _known(book, row.placed_at, other, arrived(kind, fact_id)),
            row.channel,
        )
    for event in _wrong_numbers():
        yield measures.Stop(
            place[event.customer_id],
            measures.NUMBER,
            event.at,
            None,
            _known(book, event.at, other, arrived(event.kind, event.pk)),
        )


def sayings(*, book: str, core: Core, place: Mapping[int, int]) -> Iterator[measures.Saying]:
    """Return what customers were told from this book of the amounts the core has."""
    for row in Told.objects.order_by("at", "id"):
        customer = place[row.customer_id]
        known, owed = (getattr(now, f"{row.amount_name}_fen", None) for now in _then(core, customer, row.at))
        if known is not None and owed is not None:
            yield measures.Saying(customer, row.at, book, row.amount_name, row.amount_fen, known, owed)


def facts(*, two_books: bool, copies: Callable[[str], Collection[int]], arrived: Arrived) -> Iterator[measures.Fact]:
    """Return what this book learnt first: when it happened, and when both departments had it."""
    for row in Hold.objects.order_by("placed_at", "id"):
        kind, fact_id = _origin(row)
        if fact_id not in copies(kind) and row.pk not in copies("hold.placed"):
            yield _fact(row.kind, row.placed_at, row.placed_at, arrived(kind, fact_id), two_books)
    for event in _wrong_numbers():
        yield _fact(measures.NUMBER, event.at, event.at, arrived(event.kind, event.pk), two_books)
    for entry in Entry.objects.filter(kind="payment").order_by("recorded_at", "id"):
        if entry.pk not in copies("payment.received"):
            yield _fact(
                "payment", entry.occurred_at, entry.recorded_at, arrived("payment.received", entry.pk), two_books
            )


def _origin(hold: Hold) -> tuple[str, int]:
    """The kind of event that a hold came with, and the id of its row: promise, claim, hand-off, or the hold itself."""
    what, _, number = hold.source.partition(":")
    came_with = {"promise": "promise.taken", "claim": "claim.recorded", "handoff": "handoff.opened"}
    kind = came_with.get(what, "hold.placed")
    return kind, hold.pk if kind == "hold.placed" else int(number)


def _wrong_numbers() -> Iterator[Event]:
    """The calls that reached somebody else. A copy has no person who wrote it."""
    rows = Event.objects.filter(kind="contact_point.changed", payload__quality="not_his", actor__isnull=False)
    yield from rows.order_by("at", "id")


def _then(core: Core, customer: int, at: datetime) -> tuple[object, object]:
    local = at.astimezone(core.zone)
    return core.known(customer, local), core.owed(customer, local)


def _known(book: str, at: datetime, other: str, arrived: datetime | None) -> dict[str, datetime]:
    return {book: at} | ({other: arrived} if arrived else {})


def _fact(kind: str, happened: datetime, had: datetime, arrived: datetime | None, two_books: bool) -> measures.Fact:
    return measures.Fact(kind, happened, [had, arrived] if two_books else [had])
