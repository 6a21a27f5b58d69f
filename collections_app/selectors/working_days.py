"""When so many working days are over, by the published calendars."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain.calendar import WorkCalendar
from collections_app.selectors.rules import calendars


def calendars_for(*, countries: Collection[str], since: date) -> Mapping[str, WorkCalendar]:
    """Return the published calendars that a count of working days from a day may need, in one query."""
    return calendars(countries=countries, around=since)


def end_of(*, calendar: WorkCalendar, start: datetime, count: int, zone: ZoneInfo) -> datetime | None:
    """Return 24:00 of the day so many working days after a day, or None where the calendar does not reach.

    None means that the end is not known, never that it has come: who waits goes on waiting.
    """
    day = calendar.add_working_days(start.astimezone(zone).date(), count)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
