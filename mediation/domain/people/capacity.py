"""When somebody must not be booked although they are free: too many sessions that day or week, or no valid paper."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mediation.domain.slots import Span, subtract


def full(booked: Iterable[Span], *, most_a_day: int, most_a_week: int, zone: str) -> list[Span]:
    """Return the days and weeks (from Monday) in which somebody has as many sessions as they take."""
    tz = ZoneInfo(zone)
    days = Counter(span.start.astimezone(tz).date() for span in booked)
    weeks: Counter[date] = Counter()
    for day, number in days.items():
        weeks[day - timedelta(days=day.weekday())] += number
    found = [_days(day, 1, tz) for day, number in days.items() if number >= most_a_day]
    return sorted(found + [_days(monday, 7, tz) for monday, number in weeks.items() if number >= most_a_week])


def lacking(valid: Iterable[tuple[date | None, date | None]], *, window: Span, zone: str) -> list[Span]:
    """Return the stretches of a window in which none of some papers is in force.

    Each paper is from its first day to its last, both included; None means without a known begin or end.
    """
    tz = ZoneInfo(zone)
    in_force = []
    for first, last in valid:
        start = _midnight(first, tz) if first else window.start
        end = _midnight(last + timedelta(days=1), tz) if last else window.end
        if start < end:
            in_force.append(Span(start, end))
    return subtract([window], in_force)


def _midnight(day: date, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tz)


def _days(first: date, number: int, tz: ZoneInfo) -> Span:
    return Span(_midnight(first, tz), _midnight(first + timedelta(days=number), tz))
