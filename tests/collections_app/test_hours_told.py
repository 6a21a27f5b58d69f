"""What the clock says of visits, reports, sessions, lines, recordings and deadlines, from the hours alone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from collections_app.domain import approvals, complaints, corrections, lines, recordings, sessions, visits
from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.instalments.months import months_on
from collections_app.domain.machines import reports
from collections_app.domain.quiet_hours import QuietHours
from collections_app.domain.working_time import Office
from collections_app.selectors.codes import shipped

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("starts", "ends", "fault"),
    [
        (NOW, NOW + HOUR, "visit_in_the_past"),
        (NOW + 31 * DAY, NOW + 31 * DAY + HOUR, "visit_too_far"),
        (NOW + HOUR, NOW + HOUR, "visit_hours_wrong"),
        (NOW + HOUR, NOW + 6 * HOUR, "visit_hours_wrong"),
        (NOW + HOUR, NOW + 2 * HOUR, ""),
    ],
)  # fmt: skip
def test_a_visit_has_hours_that_can_be(starts: datetime, ends: datetime, fault: str) -> None:
    """To come, not too far away, and not too long."""
    assert visits.fault_of_hours(starts_at=starts, ends_at=ends, now=NOW) == fault


def test_a_visit_begins_a_little_early_at_most_and_never_after_its_end() -> None:
    """Half an hour early; what only a telephone says cannot come of one."""
    moments = [NOW - 31 * MINUTE, NOW - 30 * MINUTE, NOW + HOUR, NOW + HOUR + MINUTE]
    may = [visits.may_begin(starts_at=NOW, ends_at=NOW + HOUR, now=at) for at in moments]
    assert may == [False, True, True, False]
    codes = {row.code for row in visits.outcomes_of_visits(shipped().outcomes.values())}
    assert "busy" not in codes
    assert codes


def test_times_a_machine_tells_are_refused_where_they_cannot_be() -> None:
    """Five minutes are let be, for clocks that differ."""

    def fault(started: datetime | None, ended: datetime | None) -> str:
        return reports.fault_of_times(started_at=started, ended_at=ended, permitted_at=NOW - HOUR, now=NOW)

    assert fault(NOW + 6 * MINUTE, None) == "time_in_future"
    assert fault(NOW - HOUR - 6 * MINUTE, None) == "time_before_permit"
    assert fault(NOW - MINUTE, NOW - 2 * MINUTE) == "ends_before_start"
    assert fault(NOW - 2 * MINUTE, NOW + 5 * MINUTE) == fault(None, None) == ""
    assert [reports.is_late(started_at=at, expires_at=NOW) for at in (None, NOW + 5 * MINUTE, NOW + 6 * MINUTE)] == [
        False, False, True,
    ]  # fmt: skip


def test_only_what_a_machine_can_write_down_needs_no_person() -> None:
    """What a machine was told that only a person can judge goes to one."""
    effects = {row.code: row.effects for row in shipped().outcomes.values()}
    promising = next(code for code, found in effects.items() if "promise" in found)
    assert (reports.needs_a_person(effects[promising]), reports.needs_a_person(effects["busy"])) == (True, False)


def test_a_session_ends_when_it_is_idle_or_old() -> None:
    """One that has not been used yet goes on."""

    def ended(**marks: float) -> str | None:
        return sessions.ended(marks, now=10_000, idle_seconds=60, longest_seconds=3_600)

    assert ended() is None
    assert ended(last_active=9_940, signed_in_at=6_400) is None
    assert ended(last_active=9_939) == "idle"
    assert ended(last_active=10_000, signed_in_at=6_399) == "long"


def test_a_line_is_held_by_heartbeats_and_renewed_while_it_is_held() -> None:
    """The clocks of two machines may differ by less than the lease."""
    assert NOW < lines.renewable_after(NOW) < lines.lease_from(NOW)


def test_a_recording_is_found_again_and_kept_long_enough() -> None:
    """Two years after the call, and until what it agreed is settled; the leap day's year ends on 1 March."""
    day, whole = date(2026, 11, 20), "a" * 64
    assert recordings.years_after(date(2028, 2, 29), 2) == date(2030, 3, 1)
    kept = recordings.least_kept_until(called_on=day)
    assert kept == date(2028, 11, 20)
    assert recordings.least_kept_until(called_on=day, settled_on=date(2030, 1, 1)) == date(2030, 1, 1)
    found = [
        recordings.Found(" ", whole), recordings.Found("c", "a" * 63), recordings.Found("c", whole, kept - DAY),
        recordings.Found("c", whole.upper(), kept), recordings.Found("c", whole),
    ]  # fmt: skip
    assert [recordings.problem(each, called_on=day) for each in found] == [
        "recording_call_id_missing", "recording_hash_malformed", "recording_kept_too_short", "", "",
    ]  # fmt: skip


def test_deadlines_of_complaints_corrections_and_approvals() -> None:
    """Fifteen days, longer when extended; a day for one's own slip; two working days, or two where none are known."""
    due = complaints.due_at(received_at=NOW, extensions=0)
    assert complaints.due_at(received_at=NOW, extensions=1) - due == 15 * DAY
    assert [complaints.days_left(due_at=due, now=at) for at in (NOW, due, due + MINUTE)] == [15, 0, -1]
    may = [
        corrections.may_correct(is_own=own, recorded_at=NOW - age, now=NOW, any_fact=any_fact)
        for own, age, any_fact in (
            (True, DAY, False), (True, DAY + MINUTE, False), (False, HOUR, False), (False, DAY * 9, True),
        )
    ]  # fmt: skip
    assert may == [True, False, False, True]
    published = WorkCalendar({date(2026, 10, 1): False})
    assert approvals.expires_at(asked_at=NOW, calendar=published) == NOW + 4 * DAY
    assert approvals.expires_at(asked_at=NOW, calendar=WorkCalendar()) == NOW + 2 * DAY
    most = approvals.AUTHORITY_FEN["supervisor"]
    asked = [("supervisor", most), ("supervisor", most + 1), ("supervisor", None), ("compliance", most + 1)]
    assert [approvals.has_authority(role=role, amount_fen=fen) for role, fen in asked] == [True, False, True, True]


def test_the_full_hours_of_working_time_leave_out_the_night_and_the_weekend() -> None:
    """On a Friday at half past three, and of the Monday after it."""
    office = Office(time(9), time(17, 30), SHANGHAI, WorkCalendar({date(2026, 10, 1): False}))
    found = office.full_hours(NOW.replace(hour=15, minute=30), days=2)
    assert [(at.day, at.hour) for at in found] == [(20, 16), *((23, hour) for hour in range(9, 17))]


def test_zones_that_are_never_awake_together_are_looked_at_for_three_days() -> None:
    """Then the moment is told that was reached, which is as quiet as any."""
    quiet = QuietHours(time(12), time(11))
    zones = [ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")]
    now = NOW.astimezone(UTC)
    until = quiet.until_everywhere(now=now, zones=zones)
    assert until is not None
    assert until >= now + 3 * DAY


def test_a_month_later_is_the_same_day_or_the_last() -> None:
    """Of February, too."""
    assert [months_on(date(2026, 12, 31), months) for months in (0, 1, 2, 14)] == [
        date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), date(2028, 2, 29),
    ]  # fmt: skip
