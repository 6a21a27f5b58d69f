"""The waiting sessions of a branch as one problem, and a timetable as slots."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collections_app.models import LimitationClock
from mediation.domain.diaries import Diary, Spacing
from mediation.domain.kinds import Kind
from mediation.domain.route import Route
from mediation.domain.slots import GRID, Calendar, Slot, Span, WeeklyHours, on_grid, week_spans
from mediation.domain.timetables.problem import NOWHERE, Place, Problem, Sitting, Stay, Stretch, bits, stretches
from mediation.domain.timetables.weights import weight
from mediation.models import Mediation, Mediator
from mediation.selectors import calendars, mandates, places
from mediation.selectors.people.experts import panels_of
from mediation.selectors.people.ties import Narrowing, narrowings
from mediation.selectors.route_rules import policy_for
from mediation.selectors.working_days import works_in


@dataclass(frozen=True)
class Asked:
    """A problem, and what its numbers stand for."""

    problem: Problem
    origin: datetime
    lengths: dict[int, timedelta]
    people: dict[int, tuple[str, int]]
    venues: dict[int, int]

    def slot(self, key: int, place: Place) -> Slot:
        """Return a place of a session as a slot; in person its room is found when it is booked."""
        start = self.origin + place.start * GRID
        named = [self.people[person] for person in place.persons]
        who = dict(named)
        experts = tuple(person for role, person in named if role == "expert")
        span = Span(start, start + self.lengths[key])
        return Slot(span, who.get("mediator"), who["representative"], place=self.venues.get(key), panel=experts)


class _People:
    """Numbers for mediators, representatives and experts, and the stretches in which each is free."""

    def __init__(self, origin: datetime, horizon: int) -> None:
        self._origin, self._horizon = origin, horizon
        self._numbers: dict[tuple[str, int], int] = {}
        self.free: dict[int, tuple[Stretch, ...]] = {}
        self.loads: dict[int, int] = {}
        self.held: dict[int, tuple[Stay, ...]] = {}

    def add(self, role: str, found: Mapping[int, Diary]) -> tuple[int, ...]:
        """Return the numbers of some people, those already known among them."""
        return tuple(self._number(role, diary) for diary in found.values())

    def _number(self, role: str, diary: Diary) -> int:
        key = (role, diary.key)
        if key not in self._numbers:
            number = self._numbers[key] = len(self._numbers)
            calendar = diary.calendar(place=None, spacing=Spacing())
            self.free[number] = steps(calendar.free(), origin=self._origin, horizon=self._horizon)
            self.loads[number] = diary.load
            self.held[number] = tuple(
                (*whole_steps(each.span, origin=self._origin), each.place or NOWHERE) for each in diary.booked
            )
        return self._numbers[key]

    @property
    def named(self) -> dict[int, tuple[str, int]]:
        return {number: key for key, number in self._numbers.items()}

    def languages(self, roles: Mapping[int, tuple[tuple[int, ...], ...]]) -> dict[int, set[str]]:
        """Return what the mediators of each talks speak. One query."""
        named, spoken = self.named, dict(Mediator.objects.values_list("id", "languages"))
        found: dict[int, set[str]] = {}
        for key, able in roles.items():
            people = [named[number] for number in able[0]]
            found[key] = {each for role, person in people if role == "mediator" for each in spoken[person]}
        return found


class _Venues:
    """At which place each session in person is held, the one with the most room left in turn, and its rooms."""

    def __init__(self) -> None:
        self.chosen: dict[int, int] = {}
        self.rooms: dict[int, tuple[int, ...]] = {}
        self._known: dict[tuple[str, int], list[places.Venue]] = {}
        self._used: dict[int, int] = {}

    def choose(self, row: Mediation) -> places.Venue | None:
        """Return where talks in person are to be held; None when there is no room for them anywhere."""
        alike = (row.kind, row.customer.branch_id)
        if alike not in self._known:
            self._known[alike] = places.venues(row)
        found = min(
            self._known[alike],
            key=lambda venue: (self._used.get(venue.place, 0) / len(venue.rooms), venue.place),
            default=None,
        )
        if found is not None:
            self.chosen[row.id] = found.place
            self.rooms[found.place] = tuple(sorted({*self.rooms.get(found.place, ()), *found.rooms}))
            self._used[found.place] = self._used.get(found.place, 0) + 1
        return found

    def taken(self, window: Span, *, origin: datetime, horizon: int) -> dict[str, tuple[Stretch, ...]]:
        """Return the stretches in which a room of each place is in use already, once for each."""
        found: dict[str, tuple[Stretch, ...]] = {}
        for place, rooms in self.rooms.items():
            sessions = calendars.booked("room_id", window, room__in=rooms)
            spans = [whole_steps(each.span, origin=origin) for taken in sessions.values() for each in taken]
            found[_pool(place)] = tuple(
                (max(0, start), min(horizon, end)) for start, end in spans if max(0, start) < min(horizon, end)
            )
        return found


def _pool(place: int) -> str:
    return f"rooms of {place}"


def asked(rows: Sequence[Mediation], *, now: datetime) -> Asked:
    """Return the problem of placing these waiting talks, which are of one branch, with their accounts and customers.

    The number of queries grows with the products, languages, kinds, places and choices there are, not with the rows.
    """
    policies = {product: policy_for(product) for product in {row.account.product for row in rows}}
    origin = on_grid(now + timedelta(hours=min(policy.notice_hours for policy in policies.values())))
    horizon = calendars.HORIZON // GRID
    window = Span(origin, origin + calendars.HORIZON)
    works, spacing = works_in("CN"), places.spacing()
    people, venues = _People(origin, horizon), _Venues()
    busy, limitation = _busy(rows, window), _limitation(rows)
    chosen, at = _crews(rows, venues, people, window, works)
    lengths = {row.id: timedelta(minutes=policies[row.account.product].minutes(row.route)) for row in rows}
    spoken = people.languages(chosen)
    panels = panels_of(rows, spoken=spoken, window=window, works=works, lengths=lengths, now=now)
    sittings = []
    for row in rows:
        policy, venue, length = policies[row.account.product], at[row.id], lengths[row.id]
        theirs = _hours_of(row, window, busy[row.id])
        earliest = (on_grid(now + timedelta(hours=policy.notice_hours)) - origin) // GRID
        starts = _starts(steps(theirs, origin=origin, horizon=horizon), -(-length // GRID), earliest)
        sittings.append(
            Sitting(
                key=row.id,
                steps=-(-length // GRID),
                weight=_weight(row, limitation, now),
                # In person without a room anywhere: it may begin at no time, and waits.
                starts=() if places.needs_room(row) and venue is None else starts,
                roles=(*chosen[row.id], *(people.add("expert", able) for able in panels[row.id])),
                needs=(_pool(venue.place),) if venue else (),
                place=venue.place if venue else NOWHERE,
            )
        )
    problem = Problem(
        horizon,
        tuple(sittings),
        people.free,
        pools={_pool(place): len(rooms) for place, rooms in venues.rooms.items()},
        taken=venues.taken(window, origin=origin, horizon=horizon),
        loads=people.loads,
        held=people.held,
        **_gaps(spacing, placed=bool(venues.rooms)),
    )
    return Asked(problem, origin, lengths, people.named, venues.chosen)


def _crews(
    rows: Sequence[Mediation], venues: _Venues, people: _People, window: Span, works: Callable[[date], bool]
) -> tuple[dict[int, tuple[tuple[int, ...], ...]], dict[int, places.Venue | None]]:
    """Return by talks who may be the mediator and speak for the bank, and where those in person are held."""
    named, narrowed = mandates.named_by_talks([row.id for row in rows]), narrowings(rows)
    roles: dict[tuple[object, ...], tuple[tuple[int, ...], ...]] = {}
    chosen: dict[int, tuple[tuple[int, ...], ...]] = {}
    at: dict[int, places.Venue | None] = {}
    for row in rows:
        venue = at[row.id] = venues.choose(row) if places.needs_room(row) else None
        organisation = venue.organisation if venue else None
        alike = (*_likeness(row), organisation, named.get(row.id), narrowed[row.id])
        if alike not in roles:
            roles[alike] = _roles(row, narrowed[row.id], window, works, people, organisation)
        chosen[row.id] = roles[alike]
    return chosen, at


def _busy(rows: Sequence[Mediation], window: Span) -> dict[int, list[Span]]:
    """Return by talks when no session of theirs is held: others booked, hours given back, term over. Two queries."""
    booked = calendars.customers_booked([row.customer_id for row in rows], window=window)
    not_then = calendars.cannot_come(rows, window=window)
    return {row.id: [*booked.get(row.customer_id, []), *not_then[row.id]] for row in rows}


def _likeness(row: Mediation) -> tuple[object, ...]:
    """Return what decides on who may come: in person, where the mediator meets customers counts too."""
    place = row.customer.branch_id if row.route == Route.MEETING else None
    return row.kind, row.account.product, row.customer.language.split("-")[0], place


def _weight(row: Mediation, limitation: Mapping[int, date], now: datetime) -> int:
    ends = limitation.get(row.account_id)
    return weight(tries=row.tries, today=now.date(), term_ends_on=row.term_ends_on, limitation_ends_on=ends)


def _gaps(spacing: Spacing, *, placed: bool) -> dict[str, Any]:
    """Return what lies between sessions, in steps; the ways only where sessions are held somewhere."""
    buffer = -(-spacing.buffer // GRID)
    if not placed:
        return {"buffer": buffer}
    ways = sorted((*sorted(pair), -(-way // GRID)) for pair, way in spacing.travel.items())
    return {
        "buffer": buffer,
        "default_travel": -(-spacing.default_travel // GRID),
        "travel": tuple((one, other, way) for one, other, way in ways),
    }


def _limitation(rows: Sequence[Mediation]) -> dict[int, date]:
    """Return until when each account can be sued for, where that is known. One query."""
    accounts = [row.account_id for row in rows]
    found = LimitationClock.objects.filter(account__in=accounts, until__isnull=False)
    return {account: until for account, until in found.values_list("account_id", "until") if until is not None}


def _roles(
    row: Mediation,
    narrowing: Narrowing,
    window: Span,
    works: Callable[[date], bool],
    people: _People,
    organisation: int | None,
) -> tuple[tuple[int, ...], ...]:
    spoken_for = people.add("representative", calendars.representative_diaries(row, window=window, works=works))
    if row.kind != Kind.MEDIATION:
        return (spoken_for,)
    able = calendars.mediator_diaries(row, window=window, works=works, narrowing=narrowing)
    if organisation is not None:
        theirs = set(Mediator.objects.filter(organisation=organisation).values_list("id", flat=True))
        able = {key: diary for key, diary in able.items() if key in theirs}
    return (people.add("mediator", able), spoken_for)


def _hours_of(row: Mediation, window: Span, busy: Sequence[Span]) -> list[Span]:
    """Return when a customer may be asked to come, as a calendar of their own time zone."""
    tz = ZoneInfo(row.customer.time_zone)
    first, last = window.start.astimezone(tz).date(), window.end.astimezone(tz).date()
    week = [WeeklyHours(weekday, calendars.CUSTOMER_OPENS, calendars.CUSTOMER_CLOSES) for weekday in range(7)]
    spans = week_spans(week, first=first, last=last, zone=row.customer.time_zone, works=lambda _day: True)
    return Calendar(row.customer_id, spans, tuple(busy)).free()


def steps(spans: Sequence[Span], *, origin: datetime, horizon: int) -> tuple[Stretch, ...]:
    """Return spans of time as stretches of whole steps of the grid within the window."""
    found: list[Stretch] = []
    for span in spans:
        start, end = max(0, -((origin - span.start) // GRID)), min(horizon, (span.end - origin) // GRID)
        if start < end:
            found.append((start, end))
    return tuple(found)


def whole_steps(span: Span, *, origin: datetime) -> Stretch:
    """Return the steps of the grid that a span touches; those before the window are below nought."""
    return (span.start - origin) // GRID, -((origin - span.end) // GRID)


def _starts(free: Sequence[Stretch], length: int, earliest: int) -> tuple[Stretch, ...]:
    """Return when a session of so many steps may begin, not before the earliest."""
    begin = bits((start, end - length + 1) for start, end in free if end - start >= length)
    return stretches(begin >> max(0, earliest) << max(0, earliest))
