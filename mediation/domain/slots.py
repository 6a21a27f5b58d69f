"""The earliest hour at which everybody needed for a session is free. Pure and deterministic."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Sessions begin on the hour or the half hour, so that invitations are easy to remember.
GRID = timedelta(minutes=30)
# From the first to the last moment at which something may begin, both included.
_Moments = tuple[datetime, datetime]


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
    ``panel`` are the experts thought of, where somebody thought of any.
    """

    span: Span
    mediator: int | None
    representative: int
    place: int | None = None
    room: int | None = None
    panel: tuple[int, ...] = ()


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


def begins_in(free: Sequence[Span], *, length: timedelta, not_before: datetime) -> bool:
    """Return whether a session of such a length can begin in free stretches, not before a moment."""
    return _first_start(free, length=length, not_before=not_before, within=None) is not None


def _first_start(
    free: Sequence[Span], *, length: timedelta, not_before: datetime, within: Sequence[_Moments] | None
) -> datetime | None:
    starts = []
    for span in free:
        for first, last in within if within is not None else [(span.start, span.end - length)]:
            start = on_grid(max(span.start, first, not_before))
            if start <= min(last, span.end - length):
                starts.append(start)
    return min(starts, default=None)


def _panel_starts(panel: Sequence[Sequence[Calendar]], length: timedelta) -> list[_Moments] | None:
    """Return between which moments a session can begin so that for each role somebody is free; None for no role."""
    both: list[_Moments] | None = None
    for role in panel:
        theirs = [(span.start, span.end - length) for each in role for span in each.free()]
        if both is None:
            both = [(first, last) for first, last in theirs if first <= last]
        else:
            meet = [(max(one[0], other[0]), min(one[1], other[1])) for one in both for other in theirs]
            both = [(first, last) for first, last in meet if first <= last]
    return both


def earliest(
    *,
    mediators: Sequence[Calendar] | None,
    representatives: Sequence[Calendar],
    customer: Calendar,
    length: timedelta,
    not_before: datetime,
    rooms: Sequence[Calendar] | None = None,
    panel: Sequence[Sequence[Calendar]] = (),
) -> Slot | None:
    """Return the earliest slot in which the customer, one mediator, one representative and a room are free, or None.

    ``mediators`` is None for talks that need none, ``rooms`` for sessions that are not in person. ``panel`` has for
    each role of experts those who could sit there: one of each is free then, and the booking decides who. Of those
    free at the earliest hour, the one with the fewest sessions is taken, then the one with the lowest key, so that the
    same facts give the same slot.
    """
    if length <= timedelta():
        raise ValueError("a session has a length")
    theirs = customer.free()
    nobody = [Calendar(0, ())]
    within = _panel_starts(panel, length)
    best: tuple[datetime, int, int, int, int, int] | None = None
    for representative in representatives:
        together = _shared(theirs, representative.free())
        for mediator in nobody if mediators is None else mediators:
            people = together if mediators is None else _shared(together, mediator.free())
            for room in nobody if rooms is None else rooms:
                shared = people if rooms is None else _shared(people, room.free())
                start = _first_start(shared, length=length, not_before=not_before, within=within)
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
