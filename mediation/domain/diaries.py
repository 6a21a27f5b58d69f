"""Somebody's diary: when they work, when they are away, and which sessions they have where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from mediation.domain.slots import Calendar, Span


@dataclass(frozen=True, slots=True)
class Booking:
    """A session somebody has already; ``place`` is the key of where it is held, None by telephone or video."""

    span: Span
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Spacing:
    """How long lies between two sessions of one person: always ``buffer``, and the way between two places.

    ``travel`` has the ways that were measured, by the two places; ``default_travel`` is every other one.
    """

    buffer: timedelta = timedelta()
    default_travel: timedelta = timedelta(minutes=60)
    travel: Mapping[frozenset[int], timedelta] = field(default_factory=dict)

    def between(self, one: int | None, other: int | None) -> timedelta:
        """Return how long lies between a session at one place and the next at another; None is no place."""
        if one is None or other is None or one == other:
            return self.buffer
        return max(self.buffer, self.travel.get(frozenset((one, other)), self.default_travel))


@dataclass(frozen=True, slots=True)
class Diary:
    """When somebody may be booked, when they are away, what they have already, and how many sessions that is."""

    key: int
    open_spans: tuple[Span, ...]
    away: tuple[Span, ...] = ()
    booked: tuple[Booking, ...] = ()
    load: int = 0

    def calendar(self, *, place: int | None, spacing: Spacing) -> Calendar:
        """Return when they may be booked for a session at a place: each session they have reaches as far as the way."""
        busy = list(self.away)
        for booking in self.booked:
            gap = spacing.between(booking.place, place)
            busy.append(Span(booking.span.start - gap, booking.span.end + gap))
        return Calendar(self.key, self.open_spans, tuple(busy), self.load)
