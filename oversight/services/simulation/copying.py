"""The nightly copying between two books: each takes what the other has written since, through the product's services.

What the core tells both (balances, and what follows from them) is not copied: both take in the same file.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from collections_app.models import Contact, Conversation, Event
from collections_app.services import handoffs
from collections_app.services.errors import RefusedError
from oversight.services.simulation import taking
from oversight.services.simulation.worlds import World

News = tuple[Event, taking.Row]
Made = tuple[Contact, Conversation | None]


class Copying:
    """What has been copied between two books so far: when each fact arrived, and which rows are copies."""

    def __init__(self, first: World, second: World) -> None:
        """Begin where both are the same."""
        self._pairs = ((first, second), (second, first))
        # When a fact of a book (its name, the kind of its event, its row's id) was in the other one; none when it
        # was refused there. A number's row is the event itself.
        self.arrived: dict[tuple[str, str, int], datetime | None] = {}
        # The ids of the rows of a book that are copies, by the kind of their event; contacts are "contact".
        self.copies: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._twins: dict[tuple[str, int], int] = {}
        self._cursors: dict[str, tuple[int, int]] = {}
        self._mark()

    def run(self, now: datetime) -> None:
        """Give each book what is new in the other one."""
        news = [(origin, other, *self._news(origin)) for origin, other in self._pairs]
        for origin, other, events, made in news:
            with other.entered():
                self._take_contacts(other, made)
                for event, row in events:
                    self._take(origin, other, event, row, now)
        self._mark()

    def _mark(self) -> None:
        """Remember how far each book has been read: what is written while copying is a copy."""
        for world, _ in self._pairs:
            with world.entered():
                ends = [model.objects.aggregate(last=Max("id"))["last"] or 0 for model in (Event, Contact)]
                self._cursors[world.name] = (ends[0], ends[1])

    def _news(self, origin: World) -> tuple[list[News], list[Made]]:
        event_id, contact_id = self._cursors[origin.name]
        with origin.entered():
            kinds = [*taking.TAKERS, taking.MOVED]
            events = list(Event.objects.filter(id__gt=event_id, kind__in=kinds).order_by("id"))
            rows = _rows(events)
            contacts = Contact.objects.filter(id__gt=contact_id).select_related("conversation").order_by("id")
            made = [(contact, getattr(contact, "conversation", None)) for contact in contacts]
        return [(event, rows.get((event.kind, _row_id(event)))) for event in events], made

    def _take_contacts(self, other: World, made: Sequence[Made]) -> None:
        """Write contacts and calls as they are: they have been made, and count in the other budget from now on."""
        for contact, talk in made:
            _unsave(contact)
            if talk is not None:
                _unsave(talk)
        written = Contact.objects.bulk_create([contact for contact, _ in made])
        self.copies[other.name, "contact"].update(contact.pk for contact in written)
        talks = []
        for contact, talk in made:
            if talk is not None:
                talk.contact = contact
                talks.append(talk)
        Conversation.objects.bulk_create(talks)

    def _take(self, origin: World, other: World, event: Event, row: taking.Row, now: datetime) -> None:
        if event.kind == taking.MOVED:
            self._move(origin, event, now)
            return
        key = (origin.name, event.kind, row.pk if row else event.pk)
        try:
            taken = taking.TAKERS[event.kind](event, row, now)
        except RefusedError:
            self.arrived[key] = None
            return
        if taken is None:
            return
        self.arrived[key] = now
        self.copies[other.name, event.kind].add(taken)
        if event.kind == "handoff.opened" and row is not None:
            self._twins[origin.name, row.pk] = taken
            self._twins[other.name, taken] = row.pk

    def _move(self, origin: World, event: Event, now: datetime) -> None:
        twin = self._twins.get((origin.name, event.payload["handoff"]))
        if twin is None:
            return
        try:
            handoffs.move(
                handoff_id=twin, state=event.payload["state"], actor=taking.actor_of(event), seen_version=None, now=now
            )
        except RefusedError:
            return  # both have ended it by themselves


def _rows(events: Sequence[Event]) -> dict[tuple[str, int], taking.Row]:
    """Return the rows behind events, by kind and id, in one query a kind."""
    found: dict[tuple[str, int], taking.Row] = {}
    for kind, (_, model) in taking.ROWS.items():
        ids = [_row_id(event) for event in events if event.kind == kind]
        for row in model.objects.filter(pk__in=ids):
            found[kind, row.pk] = row
    return found


def _row_id(event: Event) -> int:
    named = taking.ROWS.get(event.kind)
    return int(event.payload[named[0]]) if named else 0


def _unsave(row: Contact | Conversation) -> None:
    """Let a row be written anew in another database."""
    row.pk = None
    row._state.adding = True
