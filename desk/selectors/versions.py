"""The versions of watched records. Called from threads of their own, so that no connection is kept."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet

from collections_app.domain.staff import Scope
from collections_app.domain.typed import number_of
from collections_app.models import Customer, Staff
from collections_app.selectors import incidents as going_on
from collections_app.selectors import records
from collections_app.selectors.signed_in import carries
from desk.selectors import phone_calls


def look(ids: Collection[int], staff_ids: Collection[int], *, now: datetime) -> "Look":
    """Return how things stand for these records and people, and give the connection back. Three queries at most."""
    try:
        return Look(
            _standings(Customer.objects.filter(id__in=ids)) if ids else {},
            going_on.stamp(now=now),
            phone_calls.stamps(staff_ids=staff_ids, now=now),
        )
    finally:
        give_back()


class Standing(NamedTuple):
    """How far a record has come: its version, its newest event, and the millisecond it was last derived.

    Only a version refuses a write; a screen that shows less of any of the three is out of date.
    """

    version: int = 0
    event: int = 0
    derived: int = 0

    def is_beyond(self, other: "Standing") -> bool:
        """Return whether anything here is newer than there."""
        return any(here > there for here, there in zip(self, other, strict=True))

    def together(self, other: "Standing") -> "Standing":
        """Return the newest of both."""
        return Standing(*map(max, self, other))

    @property
    def mark(self) -> tuple[int, int]:
        """What moves without a version, as a screen holds it."""
        return self.event, self.derived


def _standings(rows: QuerySet[Customer]) -> dict[int, Standing]:
    found = rows.annotate(newest_event=records.newest_event())
    return {
        id_: Standing(version, *records.mark(newest_event=event, derived_at=derived_at))
        for id_, version, event, derived_at in found.values_list("id", "version", "newest_event", "derived_at")
    }


@dataclass(frozen=True, slots=True)
class Look:
    """How far each record has come, and the marks of the incidents going on and of the call at each telephone."""

    versions: dict[int, Standing]
    incidents: str
    calls: dict[int, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a stream, by which session, and the records it is about."""

    staff_id: int
    session_key: str
    ids: frozenset[int]


def allowed(readers: Sequence[Reader], *, now: datetime) -> list[dict[int, Standing] | None]:
    """Return, for each reader, how far those records have come that they may see now, or None when they are signed out.

    Asks again for everything a request would ask: the session, its idle time and age, the person, their scope. Two
    queries for all readers together and one for each person among them; gives the connection back.
    """
    try:
        sessions = dict(
            Session.objects.filter(
                session_key__in={reader.session_key for reader in readers}, expire_date__gt=now
            ).values_list("session_key", "session_data")
        )
        staff = Staff.objects.filter(id__in={reader.staff_id for reader in readers}, is_active=True).in_bulk()
        signed_in = [
            reader
            for reader in readers
            if carries(staff.get(reader.staff_id), sessions.get(reader.session_key, ""), now=now)
        ]
        wanted: dict[int, set[int]] = defaultdict(set)
        for reader in signed_in:
            wanted[reader.staff_id] |= reader.ids
        seen = {
            person: _standings(records.scoped(staff[person], now=now).filter(id__in=ids)) if ids else {}
            for person, ids in wanted.items()
        }
        allow = set(signed_in)
        return [
            {id_: standing for id_, standing in seen[reader.staff_id].items() if id_ in reader.ids}
            if reader in allow
            else None
            for reader in readers
        ]
    finally:
        give_back()


def listed_branches(*, staff: Staff, asked: str) -> set[int] | None:
    """Return the branches whose lists a person may follow: None for all, an empty set for none.

    A unit's list may hold customers of any branch: it is told of every change, and fetches only what is its own.
    """
    if not asked or staff.scope == Scope.NONE:
        return set()
    if staff.scope == Scope.INSTITUTION:
        branch = number_of(asked)
        return None if branch is None else {branch}
    if staff.scope == Scope.UNIT:
        return None
    return {staff.branch_id} if staff.branch_id else set()


def give_back() -> None:
    # Inside a transaction the connection belongs to somebody else (a test).
    if not connection.in_atomic_block:
        connection.close()
