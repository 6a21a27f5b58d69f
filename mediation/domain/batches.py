"""Like cases one after the other, with one mediator. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from mediation.domain.slots import Calendar, Span, subtract

FEWEST, MOST = 2, 12


def together(calendars: Sequence[Calendar], *, window: Span) -> Calendar:
    """Return when all of some people are free within a window, as one calendar."""
    taken = [gap for calendar in calendars for gap in subtract([window], calendar.free())]
    return Calendar(0, tuple(subtract([window], taken)))


def one_after_the_other(*, first: Span, count: int) -> list[Span]:
    """Return so many equal spans that fill a span without gaps. Raise ValueError for none."""
    if count < 1:
        raise ValueError("a batch has sessions")
    length: timedelta = (first.end - first.start) / count
    return [Span(first.start + index * length, first.start + (index + 1) * length) for index in range(count)]
