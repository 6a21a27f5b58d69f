"""The waiting sessions of a branch as one problem, and a timetable as slots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mediation.domain.kinds import Kind
from mediation.domain.route import Route
from mediation.domain.slots import GRID, Calendar, Slot, Span, WeeklyHours, on_grid, week_spans
from mediation.domain.timetables.problem import Place, Problem, Sitting, Stretch, bits, stretches
from mediation.models import Mediation
from mediation.selectors import calendars
from mediation.selectors.people.ties import Narrowing, narrowings
from mediation.selectors.route_rules import policy_for
from mediation.selectors.working_days import works_in

# Whoever found nobody free before comes first; the weight grows with the tries, up to here.
MOST_WEIGHT = 5


@dataclass(frozen=True)
class Asked:
    """A problem, and what its numbers stand for."""

    problem: Problem
    origin: datetime
    lengths: dict[int, timedelta]
    people: dict[int, tuple[str, int]]

    def slot(self, key: int, place: Place) -> Slot:
        """Return a place of a session as a slot."""
        start = self.origin + place.start * GRID
        who = dict(self.people[person] for person in place.persons)
        return Slot(Span(start, start + self.lengths[key]), who.get("mediator"), who["representative"])


class _People:
    """Numbers for mediators and representatives, and the stretches in which each is free."""

    def __init__(self, origin: datetime, horizon: int) -> None:
        self._origin, self._horizon = origin, horizon
        self._numbers: dict[tuple[str, int], int] = {}
        self.free: dict[int, tuple[Stretch, ...]] = {}
        self.loads: dict[int, int] = {}

    def add(self, role: str, found: Sequence[Calendar]) -> tuple[int, ...]:
        """Return the numbers of some people, those already known among them."""
        return tuple(self._number(role, calendar) for calendar in found)

    def _number(self, role: str, calendar: Calendar) -> int:
        key = (role, calendar.key)
        if key not in self._numbers:
            number = self._numbers[key] = len(self._numbers)
            self.free[number] = steps(calendar.free(), origin=self._origin, horizon=self._horizon)
            self.loads[number] = calendar.load
        return self._numbers[key]

    @property
    def named(self) -> dict[int, tuple[str, int]]:
        return {number: key for key, number in self._numbers.items()}


def asked(rows: Sequence[Mediation], *, now: datetime) -> Asked:
    """Return the problem of placing these waiting talks, which are of one branch, with their accounts and customers.

    The number of queries grows with how many products, languages, kinds and choices there are, not with how many wait.
    """
    policies = {product: policy_for(product) for product in {row.account.product for row in rows}}
    origin = on_grid(now + timedelta(hours=min(policy.notice_hours for policy in policies.values())))
    horizon = calendars.HORIZON // GRID
    window = Span(origin, origin + calendars.HORIZON)
    works = works_in("CN")
    people = _People(origin, horizon)
    busy = calendars.customers_booked([row.customer_id for row in rows], window=window)
    narrowed = narrowings(rows)
    roles: dict[tuple[object, ...], tuple[tuple[int, ...], ...]] = {}
    sittings, lengths = [], {}
    for row in rows:
        policy = policies[row.account.product]
        # In person, where the mediator meets customers counts too.
        place = row.customer.branch_id if row.route == Route.MEETING else None
        alike = (row.kind, row.account.product, row.customer.language.split("-")[0], place, narrowed[row.id])
        if alike not in roles:
            roles[alike] = _roles(row, narrowed[row.id], window, works, people)
        length = lengths[row.id] = timedelta(minutes=policy.minutes(row.route))
        theirs = _hours_of(row, window, busy.get(row.customer_id, []))
        earliest = on_grid(now + timedelta(hours=policy.notice_hours))
        sittings.append(
            Sitting(
                key=row.id,
                steps=-(-length // GRID),
                weight=1 + min(row.tries, MOST_WEIGHT - 1),
                starts=_starts(
                    steps(theirs, origin=origin, horizon=horizon), -(-length // GRID), (earliest - origin) // GRID
                ),
                roles=roles[alike],
            )
        )
    problem = Problem(horizon, tuple(sittings), people.free, loads=people.loads)
    return Asked(problem, origin, lengths, people.named)


def _roles(
    row: Mediation, narrowing: Narrowing, window: Span, works: Callable[[date], bool], people: _People
) -> tuple[tuple[int, ...], ...]:
    spoken_for = people.add("representative", calendars.representative_calendars(row, window=window, works=works))
    if row.kind != Kind.MEDIATION:
        return (spoken_for,)
    held_by = calendars.mediator_calendars(row, window=window, works=works, narrowing=narrowing)
    return (people.add("mediator", held_by), spoken_for)


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


def _starts(free: Sequence[Stretch], length: int, earliest: int) -> tuple[Stretch, ...]:
    """Return when a session of so many steps may begin, not before the earliest."""
    begin = bits((start, end - length + 1) for start, end in free if end - start >= length)
    return stretches(begin >> max(0, earliest) << max(0, earliest))
