"""A loan's schedule in one cell: what can be read, and what is refused whole."""

from datetime import date, timedelta

import pytest

from collections_app.domain.intake.schedule import BadScheduleError, ScheduleLine, schedule_of, schedule_text

TWO = [
    ScheduleLine(1, date(2026, 10, 20), 10_000, 1_000, 11_000),
    ScheduleLine(2, date(2026, 11, 20), 10_000, 900, 0),
]


def _many(count: int) -> list[ScheduleLine]:
    return [
        ScheduleLine(number, date(2026, 1, 1) + timedelta(days=number), 100, 0, 0) for number in range(1, count + 1)
    ]


def test_a_schedule_is_read_back_as_it_was_written() -> None:
    """Money in yuan in the cell, in fen here; an empty cell has no instalments."""
    assert schedule_text(TWO) == "1|2026-10-20|100.00|10.00|110.00;2|2026-11-20|100.00|9.00|0.00"
    assert schedule_of(schedule_text(TWO)) == TWO
    assert schedule_of("") == []
    assert schedule_text([]) == ""


def test_fifty_years_of_months_are_read_and_one_more_is_not() -> None:
    """A cell of any length is no schedule."""
    assert len(schedule_of(schedule_text(_many(600)))) == 600
    with pytest.raises(BadScheduleError):
        schedule_of(schedule_text(_many(601)))


@pytest.mark.parametrize(
    "cell",
    [
        "1|2026-10-20|1|1|0|0",
        "x|2026-10-20|1|1|0",
        "0|2026-10-20|1|1|0",
        "10000|2026-10-20|1|1|0",
        "1|20 October|1|1|0",
        "1|2026-10-20|much|1|0",
        "1|2026-10-20|-1|1|0",
        "1|2026-10-20|1|-1|0",
        "1|2026-10-20|1|1|-1",
        "1|2026-10-20|1|1|2.01",
        "2|2026-10-20|1|1|0;2|2026-11-20|1|1|0",
        "1|2026-10-20|1|1|0;2|2026-10-20|1|1|0",
        "1|2026-10-20|1|1|0;",
    ],
)
def test_a_cell_that_is_no_schedule_is_refused(cell: str) -> None:
    """Five parts, a number from 1 to 9999, a date, money not below zero, never more paid than due, all rising."""
    with pytest.raises(BadScheduleError):
        schedule_of(cell)


def test_an_instalment_may_be_paid_to_the_last_fen_and_numbers_may_leave_gaps() -> None:
    """The core numbers as it likes, up to 9999."""
    found = schedule_of("7|2026-10-20|1|1|2;9999|2026-10-21|1|0|0")

    assert [(line.number, line.paid_fen) for line in found] == [(7, 200), (9999, 0)]
