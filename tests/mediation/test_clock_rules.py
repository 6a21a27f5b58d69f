"""How long the clocks of talks run, and how near their end is."""

from datetime import date, timedelta

from collections_app.domain.calendar import WorkCalendar
from mediation.domain.clocks import (
    CLOCK_KINDS,
    RULES,
    ClockKind,
    due_on,
    due_without_calendar,
    extension_problem,
    standing,
)

FRIDAY = date(2026, 11, 20)
CALENDAR = WorkCalendar({date(2026, 11, 24): False})


def test_each_clock_runs_as_the_rules_say() -> None:
    """2 and 3 working days over a weekend and a day off; 30 and 15 days of the calendar."""
    found = {kind.value: due_on(kind, start=FRIDAY, calendar=CALENDAR) for kind in ClockKind}
    assert found == {
        "choice": date(2026, 11, 25),
        "other_side": date(2026, 11, 26),
        "acceptance": date(2026, 11, 26),
        "term": date(2026, 12, 20),
        "negotiation": date(2026, 12, 5),
    }
    assert set(CLOCK_KINDS) == {kind.value for kind in RULES}
    assert [kind.value for kind, rule in RULES.items() if not rule.verified] == ["negotiation"]


def test_without_a_calendar_a_clock_ends_too_early_rather_than_too_late() -> None:
    assert due_on("choice", start=FRIDAY, calendar=WorkCalendar()) is None
    assert due_without_calendar("choice", start=FRIDAY) == FRIDAY + timedelta(days=2)


def test_a_clock_warns_before_its_last_day_and_is_late_after_it() -> None:
    day = date(2026, 12, 20)
    days = {left: standing("term", due=day, today=day - timedelta(days=left)).value for left in (8, 7, 0, -1)}
    assert days == {8: "running", 7: "soon", 0: "soon", -1: "late"}


def test_a_term_is_prolonged_only_while_it_runs_and_by_thirty_days_at_most() -> None:
    ends, today = date(2026, 12, 20), FRIDAY
    assert extension_problem(until=ends + timedelta(days=30), ends_on=ends, today=today) == ""
    assert extension_problem(until=ends + timedelta(days=31), ends_on=ends, today=today) == "extension_too_long"
    assert extension_problem(until=ends, ends_on=ends, today=today) == "extension_not_later"
    assert extension_problem(until=ends, ends_on=None, today=today) == "no_term_to_extend"
    assert extension_problem(until=ends, ends_on=today - timedelta(days=1), today=today) == "no_term_to_extend"
