"""Working days as published."""

from datetime import date

from collections_app.domain.calendar import WorkCalendar

# National Day 2026 on a Thursday; Saturday the 10th is worked in exchange.
OCTOBER = WorkCalendar({date(2026, 10, 1): False, date(2026, 10, 2): False, date(2026, 10, 10): True})


def test_exceptions_go_before_the_week() -> None:
    """A holiday on a Thursday is off, a Saturday that is worked is not, all else follows the week."""
    days = [date(2026, 10, day) for day in (1, 5, 10, 11)]
    assert [OCTOBER.works(day) for day in days] == [False, True, True, False]


def test_a_year_without_any_published_day_is_unknown() -> None:
    """Nobody guesses a calendar that has not been published."""
    assert OCTOBER.works(date(2027, 1, 4)) is None
    assert WorkCalendar().works(date(2026, 10, 5)) is None


def test_working_days_are_counted_over_holidays_and_weekends() -> None:
    """From Wednesday 30 September the next working days are Monday and Tuesday."""
    assert OCTOBER.next_working_day(date(2026, 9, 30)) == date(2026, 10, 5)
    assert OCTOBER.add_working_days(date(2026, 9, 30), 2) == date(2026, 10, 6)
    assert OCTOBER.add_working_days(date(2026, 9, 30), 0) == date(2026, 9, 30)


def test_counting_into_an_unknown_year_gives_no_day() -> None:
    """31 December 2026 is the last day that is known."""
    assert OCTOBER.next_working_day(date(2026, 12, 31)) is None
