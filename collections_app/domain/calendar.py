"""Working days, as published. A year nobody has published is unknown, not a guess."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The published exceptions of one country. In a year that has any, other days follow the week."""

    days: Mapping[date, bool] = field(default_factory=dict)

    def works(self, on: date) -> bool | None:
        """Return whether people work on that day, or None when its year is not published."""
        if on in self.days:
            return self.days[on]
        if not any(day.year == on.year for day in self.days):
            return None
        return on.weekday() < _SATURDAY

    def next_working_day(self, after: date) -> date | None:
        """Return the first working day after a day, or None when an unpublished year comes first."""
        return self.add_working_days(after, 1)

    def add_working_days(self, start: date, count: int) -> date | None:
        """Return the day so many working days after the start, or None when the calendar does not reach."""
        day = start
        while count > 0:
            day += timedelta(days=1)
            works = self.works(day)
            if works is None:
                return None
            count -= works
        return day
