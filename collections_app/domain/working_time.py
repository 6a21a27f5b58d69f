"""Deadlines in the bank's working time: office hours on the days that the published calendar says are worked."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain.calendar import WorkCalendar

DAY = timedelta(days=1)
# Those that run by the clock on the wall, nights and holidays too: what the regulator counts in calendar days
# (complaints, credit-record objections), and what cannot wait for Monday.
BY_THE_CLOCK = frozenset({"complaint", "credit_objection", "risk_alert", "fraud_claim"})
# Those due when the office closes on the day they come in.
SAME_DAY = frozenset({"contact_change"})


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


def handoff_due_at(*, kind: str, minutes: int, office: Office, now: datetime) -> datetime:
    """Return, in UTC, by when a hand-off of that kind must be done.

    A full day of the bank's deadline means a working day, less than that working hours.
    """
    if kind in BY_THE_CLOCK:
        return now + timedelta(minutes=minutes)
    if kind in SAME_DAY:
        due = office.closing(office.begin(now).date())
    else:
        days, rest = divmod(minutes, 24 * 60)
        due = office.after_days(now, days)
        due = office.after_minutes(due, rest) if rest else due
    return due.astimezone(UTC)
