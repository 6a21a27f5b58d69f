"""The earliest hour at which everybody needed for a session is free. Pure and deterministic."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Sessions begin on the hour or the half hour, so that invitations are easy to remember.
GRID = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time, of aware datetimes."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a span is between aware datetimes")
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")

    def overlaps(self, other: "Span") -> bool:
        """Return whether the two share a moment; touching ends do not."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours in which somebody works on one weekday (Monday is 0), by their own clock."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody may be booked, when they already are, and how many sessions they hold."""

    key: int
    open_spans: tuple[Span, ...]
    busy: tuple[Span, ...] = ()
    load: int = 0

    def free(self) -> list[Span]:
        """Return the stretches in which they may be booked and are not."""
        return subtract(self.open_spans, self.busy)


@dataclass(frozen=True, slots=True)
class Slot:
    """When a session may be, with whom and where. The mediator is absent from the bank's own talks.

    ``place`` and ``room`` belong to sessions in person; a slot may name the place and leave the room to be found.
    """

    span: Span
    mediator: int | None
    representative: int
    place: int | None = None
    room: int | None = None


def week_spans(
    hours: Sequence[WeeklyHours], *, first: date, last: date, zone: str, works: Callable[[date], bool]
) -> tuple[Span, ...]:
    """Return the open spans of weekly hours from the first day to the last, both included, on days that work."""
    tz = ZoneInfo(zone)
    spans = []
    day = first
    while day <= last:
        if works(day):
            spans += [
                Span(datetime.combine(day, row.opens, tz), datetime.combine(day, row.closes, tz))
                for row in hours
                if row.weekday == day.weekday()
            ]
        day += timedelta(days=1)
    return tuple(sorted(spans))


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the same stretches in order, with those that touch or overlap made one."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return whole


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what is left of the spans once the taken ones are cut out, in order."""
    cuts = sorted(taken)
    left = []
    for span in joined(spans):
        start = span.start
        for cut in cuts:
            if cut.end <= start or cut.start >= span.end:
                continue
            if cut.start > start:
                left.append(Span(start, cut.start))
            start = cut.end
            if start >= span.end:
                break
        if start < span.end:
            left.append(Span(start, span.end))
    return left


def on_grid(moment: datetime) -> datetime:
    """Return the moment itself, or the next start of a half hour."""
    over = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not over else moment + GRID - over


def _shared(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    both = []
    for left in one:
        for right in other:
            start, end = max(left.start, right.start), min(left.end, right.end)
            if start < end:
                both.append(Span(start, end))
    return sorted(both)


def _first_start(free: Sequence[Span], *, length: timedelta, not_before: datetime) -> datetime | None:
    starts = [start for span in free if (start := on_grid(max(span.start, not_before))) + length <= span.end]
    return min(starts, default=None)


def earliest(
    *,
    mediators: Sequence[Calendar] | None,
    representatives: Sequence[Calendar],
    customer: Calendar,
    length: timedelta,
    not_before: datetime,
    rooms: Sequence[Calendar] | None = None,
) -> Slot | None:
    """Return the earliest slot in which the customer, one mediator, one representative and a room are free, or None.

    ``mediators`` is None for talks that need none, ``rooms`` for sessions that are not in person. Of those free at the
    earliest hour, the one with the fewest sessions is taken, then the one with the lowest key, so that the same facts
    give the same slot.
    """
    if length <= timedelta():
        raise ValueError("a session has a length")
    theirs = customer.free()
    nobody = [Calendar(0, ())]
    best: tuple[datetime, int, int, int, int, int] | None = None
    for representative in representatives:
        together = _shared(theirs, representative.free())
        for mediator in nobody if mediators is None else mediators:
            people = together if mediators is None else _shared(together, mediator.free())
            for room in nobody if rooms is None else rooms:
                shared = people if rooms is None else _shared(people, room.free())
                start = _first_start(shared, length=length, not_before=not_before)
                if start is not None:
                    found = (start, mediator.load, mediator.key, representative.load, representative.key, room.key)
                    best = min(best, found) if best else found
    if best is None:
        return None
    return Slot(
        Span(best[0], best[0] + length),
        None if mediators is None else best[2],
        best[4],
        room=None if rooms is None else best[5],
    )


def holds(calendar: Calendar, span: Span) -> bool:
    """Return whether somebody is free for the whole of a span."""
    return any(free.start <= span.start and span.end <= free.end for free in calendar.free())
