"""Instalments of an agreed sum."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation.domain.agreement import Line, equal_lines, months_later, problems

TODAY = date(2026, 11, 20)
# A busy machine is no fault of the rule.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CALM
@given(
    total=st.integers(1, 10**9),
    count=st.integers(1, 60),
    interval=st.sampled_from(["week", "fortnight", "month"]),
    first=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
)
def test_instalments_add_up_to_the_last_fen(total: int, count: int, interval: str, first: date) -> None:
    """Equal parts, the last carries the residue, dates rise, every line names its account."""
    if total < count:
        with pytest.raises(ValueError, match="one fen"):
            equal_lines(total_fen=total, count=count, first=first, interval=interval, account_id=5)
        return
    lines = equal_lines(total_fen=total, count=count, first=first, interval=interval, account_id=5)
    assert sum(line.amount_fen for line in lines) == total
    assert {line.amount_fen for line in lines[:-1]} <= {total // count}
    assert 0 <= lines[-1].amount_fen - total // count < count
    assert [line.due_on for line in lines] == sorted({line.due_on for line in lines})
    assert lines[0].due_on == first
    assert {line.account_id for line in lines} == {5}
    assert [line.number for line in lines] == list(range(1, count + 1))


def test_ten_thousand_yuan_in_three_parts() -> None:
    """The computed vector: 3,333.33, 3,333.33 and 3,333.34."""
    lines = equal_lines(total_fen=1_000_000, count=3, first=date(2026, 12, 31), interval="month", account_id=1)
    assert [(line.due_on, line.amount_fen) for line in lines] == [
        (date(2026, 12, 31), 333_333),
        (date(2027, 1, 31), 333_333),
        (date(2027, 2, 28), 333_334),
    ]


def test_a_month_without_the_day_ends_on_its_last() -> None:
    """The thirty-first becomes the twenty-ninth of a leap year's February."""
    assert months_later(date(2027, 12, 31), 2) == date(2028, 2, 29)


def line(number: int = 1, due_on: date = date(2026, 12, 1), fen: int = 100, account: int = 1) -> Line:
    return Line(number, due_on, fen, account)


@pytest.mark.parametrize(
    ("lines", "total", "code"),
    [
        ([], 100, "no_instalments"),
        ([line(fen=0)], 0, "amount_not_positive"),
        ([line()], 200, "sum_differs"),
        ([line(fen=1001)], 1001, "above_payoff"),
        ([line(), line(2)], 200, "dates_not_rising"),
        ([line(due_on=date(2026, 11, 19))], 100, "date_in_the_past"),
        ([line(due_on=date(2031, 11, 21))], 100, "term_too_long"),
        ([line(), line(2, date(2026, 12, 2), account=2)], 200, "several_accounts"),
    ],
)
def test_terms_that_cannot_be_kept_as_written_say_why(lines: list[Line], total: int, code: str) -> None:
    """Each fault of a plan has its own code."""
    assert problems(lines, total_fen=total, payoff_fen=1000, today=TODAY) == [code]


def test_terms_to_the_last_allowed_day_may_be_signed() -> None:
    """Today is not the past, five years are the limit itself, and the payoff may be agreed in full."""
    lines = [line(due_on=TODAY, fen=400), line(2, date(2031, 11, 20), 600)]
    assert problems(lines, total_fen=1000, payoff_fen=1000, today=TODAY) == []
