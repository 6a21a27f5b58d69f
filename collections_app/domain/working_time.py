"""Deadlines in the bank's working time: office hours on the days that the published calendar says are worked."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.handoffs import Clock

DAY = timedelta(days=1)


@dataclass
class Office:
    """When one office works. It remembers which years it had to guess, for somebody to be told."""

    opens: time
    closes: time
    zone: ZoneInfo
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    guessed_years: set[int] = field(default_factory=set)

    def works(self, on: date) -> bool:
        """Return whether people work on that day.

        A day that no published calendar covers counts as worked: the deadline then comes too soon, never too late.
        """
        known = self.calendar.works(on)
        if known is None:
            self.guessed_years.add(on.year)
            return True
        return known

    def begin(self, at: datetime) -> datetime:
        """Return the first instant of working time from `at` on, in the office's zone."""
        here = at.astimezone(self.zone)
        day = here.date()
        if self.works(day) and here.time() < self.closes:
            return max(here, datetime.combine(day, self.opens, tzinfo=self.zone))
        return datetime.combine(self.next_day(day), self.opens, tzinfo=self.zone)

    def next_day(self, after: date) -> date:
        """Return the first day worked after a day."""
        day = after + DAY
        while not self.works(day):
            day += DAY
        return day

    def closing(self, on: date) -> datetime:
        """Return when the office closes on that day."""
        return datetime.combine(on, self.closes, tzinfo=self.zone)

    def full_hours(self, start: datetime, *, days: int) -> list[datetime]:
        """Return the full hours of working time from `start` on, of as many working days, the day of `start` included.

        An hour counts when all of it is worked.
        """
        begin = self.begin(start)
        at = begin.replace(minute=0, second=0, microsecond=0)
        found: list[datetime] = []
        for _ in range(days):
            closing = self.closing(at.date())
            while at + timedelta(hours=1) <= closing:
                found += [at] if at >= begin else []
                at += timedelta(hours=1)
            at = self.begin(closing).replace(minute=0, second=0, microsecond=0)
        return found

    def after_days(self, start: datetime, days: int) -> datetime:
        """Return the same time of day so many working days after the first working time from `start` on."""
        begin = self.begin(start)
        day = begin.date()
        for _ in range(days):
            day = self.next_day(day)
        return datetime.combine(day, begin.time(), tzinfo=self.zone)

    def after_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return when so many minutes of working time have passed since `start`."""
        left = timedelta(minutes=minutes)
        at = self.begin(start)
        while left > self.closing(at.date()) - at:
            left -= self.closing(at.date()) - at
            at = self.begin(self.closing(at.date()))
        return at + left

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two instants; none when the second is not later."""
        total = timedelta()
        at = self.begin(start)
        while at < end:
            closing = self.closing(at.date())
            total += min(closing, end) - at
            at = self.begin(closing)
        return total


def due_at(*, clock: Clock, minutes: int, office: Office, now: datetime) -> datetime:
    """Return, in UTC, by when work that came in now must be done.

    A full day of the bank's deadline means a working day, less than that working hours. What was agreed to the hour
    and carries none falls back on working time.
    """
    if clock is Clock.CALENDAR:
        return now + timedelta(minutes=minutes)
    if clock is Clock.SAME_DAY:
        due = office.closing(office.begin(now).date())
    else:
        days, rest = divmod(minutes, 24 * 60)
        due = office.after_days(now, days)
        due = office.after_minutes(due, rest) if rest else due
    return due.astimezone(UTC)


def moved_on(*, due: datetime, waited_since: datetime, office: Office, now: datetime) -> datetime:
    """Return, in UTC, a deadline moved on by the working time that somebody waited for the customer.

    What was overdue before the waiting began stays overdue.
    """
    if due <= waited_since:
        return due
    waited = office.between(waited_since, now)
    if not waited:
        return due
    return office.after_minutes(due, int(waited.total_seconds() // 60)).astimezone(UTC)


def share_at(*, clock: Clock, percent: int, start: datetime, due: datetime, office: Office) -> datetime:
    """Return, in UTC, when so many percent of the time between start and deadline have passed, by its own clock."""
    if percent >= 100 or due <= start:
        return due
    if clock is not Clock.CALENDAR and (worked := office.between(start, due)):
        minutes = int(worked.total_seconds() * percent / 100 // 60)
        return office.after_minutes(start, minutes).astimezone(UTC)
    return start + (due - start) * percent / 100
