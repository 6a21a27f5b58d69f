"""Deadlines of hand-offs in working time: office hours, weekends, moved holidays, and a calendar that ends."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.handoffs import Clock
from collections_app.domain.working_time import Office, due_at, moved_on, share_at
from collections_app.models import Alert, Branch, HandOff, Staff
from collections_app.services import handoffs, reference
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.conftest import NOW

SHANGHAI = ZoneInfo("Asia/Shanghai")
# National Day's week off, with the Saturday after it worked instead; published for 2026 alone.
CALENDAR = WorkCalendar({**{date(2026, 10, day): False for day in range(1, 8)}, date(2026, 10, 10): True})
DAY = 24 * 60


def office(opens: time = time(9), closes: time = time(18)) -> Office:
    return Office(opens=opens, closes=closes, zone=SHANGHAI, calendar=CALENDAR)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("minutes", "begins", "due"),
    [
        (240, "2026-11-20 10:00", "2026-11-20 14:00"),
        (240, "2026-11-20 16:00", "2026-11-23 11:00"),
        (240, "2026-11-20 06:00", "2026-11-20 13:00"),
        (240, "2026-11-20 20:00", "2026-11-23 13:00"),
        (240, "2026-11-21 12:00", "2026-11-23 13:00"),
        (120, "2026-11-20 16:00", "2026-11-20 18:00"),
        (1200, "2026-11-20 10:00", "2026-11-24 12:00"),
        (DAY, "2026-11-20 10:00", "2026-11-23 10:00"),
        (DAY, "2026-11-21 10:00", "2026-11-24 09:00"),
        (2 * DAY, "2026-11-20 17:30", "2026-11-24 17:30"),
        (5 * DAY, "2026-11-20 10:00", "2026-11-27 10:00"),
        (DAY + 60, "2026-11-20 17:30", "2026-11-24 09:30"),
        (DAY, "2026-09-30 10:00", "2026-10-08 10:00"),
        (2 * DAY, "2026-10-08 10:00", "2026-10-10 10:00"),
    ],
    ids=[
        *(
            "within-the-day",
            "over-the-weekend",
            "before-opening",
            "after-closing",
            "on-a-saturday",
            "to-the-last-minute",
        ),
        *("over-two-closings", "one-day", "one-day-from-a-saturday", "two-days", "five-days", "day-and-hour"),
        *("over-a-holiday", "through-a-worked-saturday"),
    ],
)
def test_a_deadline_counts_only_time_that_the_office_works(minutes: int, begins: str, due: str) -> None:
    """Hours within office hours, days on days worked."""
    found = due_at(clock=Clock.WORKING, minutes=minutes, office=office(), now=at(begins))
    assert found == at(due)
    assert found.tzinfo is UTC


def test_what_cannot_wait_or_is_counted_in_calendar_days_runs_by_the_clock() -> None:
    """A risk to life at night is due five minutes later; a complaint's fifteen days are calendar days."""
    now = at("2026-11-21 23:58")
    assert due_at(clock=Clock.CALENDAR, minutes=5, office=office(), now=now) == at("2026-11-22 00:03")
    assert due_at(clock=Clock.CALENDAR, minutes=15 * DAY, office=office(), now=now) == at("2026-12-06 23:58")


def test_the_same_day_ends_when_the_office_closes() -> None:
    """What comes in after that belongs to the next day worked."""
    assert due_at(clock=Clock.SAME_DAY, minutes=DAY, office=office(), now=at("2026-11-20 10:00")) == at(
        "2026-11-20 18:00"
    )
    assert due_at(clock=Clock.SAME_DAY, minutes=DAY, office=office(), now=at("2026-11-20 18:00")) == at(
        "2026-11-23 18:00"
    )


def test_an_unpublished_year_brings_the_deadline_forward_and_is_remembered() -> None:
    """New Year's Day of a year that nobody has published counts as worked: too soon is safe, too late is not."""
    guessing = office()
    due = due_at(clock=Clock.WORKING, minutes=2 * DAY, office=guessing, now=at("2026-12-31 10:00"))
    assert due == at("2027-01-02 10:00")
    assert guessing.guessed_years == {2027}


def test_waiting_for_the_customer_moves_a_deadline_on_by_the_working_time_waited() -> None:
    """From Friday 16:00 to Monday 10:00 are three hours of work; what was overdue before stays overdue."""
    due = at("2026-11-23 12:00")
    waited = {"waited_since": at("2026-11-20 16:00"), "office": office()}
    assert moved_on(due=due, now=at("2026-11-23 10:00"), **waited) == at("2026-11-23 15:00")
    assert moved_on(due=due, now=at("2026-11-21 10:00"), **{**waited, "waited_since": at("2026-11-21 09:00")}) == due
    early = at("2026-11-20 15:00")
    assert moved_on(due=early, now=at("2026-11-23 10:00"), **waited) == early


def test_a_share_of_the_time_is_counted_by_the_same_clock() -> None:
    """Three quarters of a working day lie on the day itself; of calendar days, at night too; none of no time."""
    begun, due = at("2026-11-20 10:00"), at("2026-11-23 10:00")
    asked = {"percent": 75, "start": begun, "office": office()}
    assert share_at(clock=Clock.WORKING, due=due, **asked) == at("2026-11-20 16:45")
    assert share_at(clock=Clock.CALENDAR, due=due, **asked) == at("2026-11-22 16:00")
    assert share_at(clock=Clock.WORKING, due=begun, **asked) == begun
    evening = {"percent": 50, "start": at("2026-11-20 19:00"), "office": office()}
    assert share_at(clock=Clock.AGREED, due=at("2026-11-20 21:00"), **evening) == at("2026-11-20 20:00")


def _open(debtor: Debtor, by: Staff, kind: str = "payment_trace") -> HandOff:
    return handoffs.open_(
        customer_id=debtor.customer.id, kind=kind, carries=factories.carried(kind), actor=Actor.of(by),
        seen_version=None, now=NOW,
    )  # fmt: skip


def test_a_handoff_is_due_in_the_working_time_of_the_customers_branch(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """A day from Friday morning is Monday morning, and nobody is alarmed."""
    reference.load_calendars(now=now)
    assert _open(debtor, collector).due_at == at("2026-11-23 10:00")
    Branch.objects.update(opens_at=time(13), closes_at=time(17))
    debtor.customer.refresh_from_db()
    assert _open(debtor, collector, "promise_redate").due_at == at("2026-11-20 17:00")
    assert not Alert.objects.exists()


def test_a_handoff_beyond_the_calendar_is_due_sooner_and_alarms_the_branch(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The calendar was not loaded: Saturday counts, and staff are told to load it."""
    assert _open(debtor, collector).due_at == at("2026-11-21 10:00")
    alert = Alert.objects.get()
    assert (alert.kind, alert.branch) == ("calendar_unknown", debtor.customer.branch)
    assert alert.detail == {"country": "CN", "years": [2026]}
