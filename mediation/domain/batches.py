"""Like cases one after the other, with one mediator. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from mediation.domain.slots import Calendar, Span, subtract

FEWEST, MOST = 2, 12


def together(calendars: Sequence[Calendar], *, window: Span) -> Calendar:
    """Return when all of some people are free within a window, as one calendar."""
    taken = [gap for calendar in calendars for gap in subtract([window], calendar.free())]
    return Calendar(0, tuple(subtract([window], taken)))


def length_of(*, count: int, each: timedelta, apart: timedelta) -> timedelta:
    """Return how long so many sessions take with what lies between two of them."""
    return count * each + (count - 1) * apart


def one_after_the_other(*, first: Span, count: int, apart: timedelta = timedelta()) -> list[Span]:
    """Return so many equal spans that fill a span, with so much between two of them. Raise ValueError for none."""
    if count < 1:
        raise ValueError("a batch has sessions")
    each: timedelta = (first.end - first.start + apart) / count - apart
    starts = [first.start + index * (each + apart) for index in range(count)]
    return [Span(start, start + each) for start in starts]
