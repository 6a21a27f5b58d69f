"""Instalments to the fen: the computed vectors, exact sums for any input, and the same cost as two libraries."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy_financial
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.domain.instalments import rates, settling
from collections_app.domain.instalments.months import months_on
from collections_app.domain.instalments.schedules import (
    ImpossibleError,
    Line,
    Method,
    Wish,
    interest_of,
    schedule,
    total_of,
)
from collections_app.domain.instalments.settling import Owed

DAY = date(2026, 11, 20)
_M = Method


def percent(text: str) -> Decimal:
    return Decimal(text)


def test_equal_instalments_as_computed_by_hand() -> None:
    """10,000.00 at 18 % over 12: the first two and the last line, and the sums (facts §5A)."""
    lines = schedule(Wish(_M.EQUAL_INSTALMENT, 1_000_000, 12, percent("18")))
    assert lines[0] == Line(1, 76_680, 15_000)
    assert lines[1] == Line(2, 77_830, 13_850)
    assert lines[-1] == Line(12, 90_326, 1_355)
    assert {line.total_fen for line in lines[:-1]} == {91_680}
    assert (total_of(lines), interest_of(lines)) == (1_100_161, 100_161)


def test_without_interest_the_residue_stands_in_the_last_line() -> None:
    assert [line.total_fen for line in schedule(Wish(_M.INTEREST_FREE, 1_000_000, 3))] == [333_333, 333_333, 333_334]


def test_sixty_lines_at_an_odd_rate() -> None:
    lines = schedule(Wish(_M.EQUAL_INSTALMENT, 2_345_678, 60, percent("18.25")))
    assert lines[0].total_fen == 59_884
    assert lines[-1] == Line(60, 59_014, 898)
    assert (total_of(lines), interest_of(lines)) == (3_593_068, 1_247_390)


def test_equal_principal_falls() -> None:
    lines = schedule(Wish(_M.EQUAL_PRINCIPAL, 1_000_000, 12, percent("18")))
    assert (lines[0], lines[1].total_fen, lines[-1]) == (Line(1, 83_333, 15_000), 97_083, Line(12, 83_337, 1_250))
    assert interest_of(lines) == 97_500


def test_a_fee_a_month_costs_nearly_twice_what_it_is_called() -> None:
    """12,000 over 12 at 0.6 % a month on the original principal: 13.03 % simple, 13.84 % compounded, not 7.2 %."""
    monthly = rates.monthly_rate(principal_fen=1_200_000, payments=[107_200] * 12)
    assert monthly.quantize(Decimal("0.00000001")) == Decimal("0.01086185")
    assert (rates.simple_percent(monthly), rates.compound_percent(monthly)) == (Decimal("13.03"), Decimal("13.84"))


def test_a_balloon_waits_for_the_last_line_and_rising_instalments_rise() -> None:
    balloon = schedule(Wish(_M.BALLOON, 1_000_000, 12, percent("12"), balloon_fen=400_000))
    assert balloon[-1].principal_fen > 400_000 > balloon[-2].principal_fen
    assert len({line.total_fen for line in balloon[:-1]}) == 1
    rising = schedule(Wish(_M.STEP_UP, 1_000_000, 12, percent("12"), step_percent=percent("5")))
    for before, after in pairwise(line.total_fen for line in rising[:-1]):
        assert abs(after - before * Decimal("1.05")) < 2


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(_M.EQUAL_INSTALMENT, 1_000_000, 0), "plan_number_of_lines"),
        (Wish(_M.EQUAL_INSTALMENT, 1_000_000, 61), "plan_number_of_lines"),
        (Wish(_M.EQUAL_INSTALMENT, 1_199, 12), "plan_lines_too_small"),
        (Wish(_M.EQUAL_INSTALMENT, 1_000_000, 12, percent("24.01")), "plan_rate"),
        (Wish(_M.EQUAL_INSTALMENT, 1_000_000, 12, percent("-1")), "plan_rate"),
        (Wish(_M.INTEREST_FREE, 1_000_000, 12, percent("1")), "plan_rate_of_interest_free"),
        (Wish(_M.BALLOON, 1_000_000, 12), "plan_balloon"),
        (Wish(_M.EQUAL_PRINCIPAL, 1_000_000, 12, balloon_fen=1), "plan_balloon"),
        (Wish(_M.STEP_UP, 1_000_000, 12), "plan_step"),
        (Wish(_M.STEP_UP, 1_000_000, 60, percent("24"), step_percent=percent("20")), "plan_step"),
    ],
)
def test_what_makes_no_schedule_is_refused(wish: Wish, code: str) -> None:
    with pytest.raises(ImpossibleError) as refused:
        schedule(wish)
    assert refused.value.code == code


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    """Anything a bank might agree."""
    method = draw(st.sampled_from(Method))
    number = draw(st.integers(1, 60))
    principal = draw(st.integers(200 * number, 10_000_000_000))
    rate = Decimal(0) if method == _M.INTEREST_FREE else draw(st.decimals(0, 24, places=2))
    balloon = draw(st.integers(1, principal // 2)) if method == _M.BALLOON else 0
    # The highest step that leaves the first lines above the interest, for any rate and term.
    step = draw(st.decimals("0.01", "0.5", places=2)) if method == _M.STEP_UP else Decimal(0)
    return Wish(method, principal, number, rate, balloon, step)


@settings(max_examples=150, deadline=None)
@given(wishes())
def test_the_principal_of_all_lines_is_the_debt_for_any_input(wish: Wish) -> None:
    """To the fen, with no line of nothing, and no interest but a month's on what is left."""
    lines = schedule(wish)
    assert sum(line.principal_fen for line in lines) == wish.principal_fen
    assert all(line.principal_fen >= 0 and line.total_fen > 0 for line in lines)
    left = wish.principal_fen
    for line in lines:
        assert abs(line.interest_fen - left * wish.monthly) <= Decimal("0.5")
        left -= line.principal_fen
    assert [line.number for line in lines] == list(range(1, wish.number + 1))


@settings(max_examples=60, deadline=None)
@given(st.integers(1_000_000, 10_000_000_000), st.integers(2, 60), st.decimals("0.5", 24, places=2))
def test_the_instalment_and_its_cost_agree_with_numpy_financial(principal: int, number: int, rate: Decimal) -> None:
    lines = schedule(Wish(_M.EQUAL_INSTALMENT, principal, number, rate))
    theirs = -numpy_financial.pmt(float(rate) / 1200, number, principal)
    assert lines[0].total_fen == pytest.approx(theirs, abs=0.51)
    ours = rates.monthly_rate(principal_fen=principal, payments=[line.total_fen for line in lines])
    assert float(ours) == pytest.approx(
        numpy_financial.irr([-principal, *(line.total_fen for line in lines)]), abs=1e-9
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 1800), st.integers(10_000, 1_000_000)),
        min_size=1,
        max_size=24,
        unique_by=lambda row: row[0],
    )
)
def test_the_dated_rate_agrees_with_pyxirr(rows: list[tuple[int, int]]) -> None:
    """Also where less comes back than was owed: a settlement costs less than nothing."""
    principal = sum(fen for _, fen in rows) * 9 // 10
    payments = sorted((DAY + timedelta(days=days), fen) for days, fen in rows)
    ours = rates.dated_rate(principal_fen=principal, since=DAY, payments=payments)
    theirs = pyxirr.xirr([DAY, *(day for day, _ in payments)], [-principal, *(fen for _, fen in payments)])
    if theirs is not None and theirs < 1000:
        assert float(ours) == pytest.approx(theirs, rel=1e-6, abs=1e-9)


def test_a_settlement_below_the_debt_has_a_negative_rate() -> None:
    assert rates.monthly_rate(principal_fen=100_000, payments=[40_000, 40_000]) < 0
    with pytest.raises(ValueError, match="payments"):
        rates.monthly_rate(principal_fen=100_000, payments=[])


def plan_of(method: Method = _M.EQUAL_INSTALMENT) -> list[Owed]:
    lines = schedule(Wish(method, 1_000_000, 12, percent("18")))
    return [Owed(months_on(DAY, line.number), line.principal_fen, line.interest_fen) for line in lines]


def test_who_pays_all_at_once_owes_interest_for_the_days_that_were() -> None:
    """On the first day none; after half of the first month half of its interest; on the last day all of it."""
    lines = plan_of()
    assert settling.payoff(lines=lines, on=DAY, since=DAY, paid_fen=0) == 1_000_000
    assert settling.payoff(lines=lines, on=DAY + timedelta(days=15), since=DAY, paid_fen=0) == 1_007_500
    assert settling.payoff(lines=lines, on=lines[-1].due_on, since=DAY, paid_fen=0) == 1_100_161
    assert settling.payoff(lines=lines, on=lines[0].due_on, since=DAY, paid_fen=91_680) == 1_000_000 - 76_680


def test_interest_is_let_go_of_only_when_the_whole_plan_is_paid() -> None:
    """One fen short and every line stays as it was; a fen more and the days to come cost nothing."""
    lines, half = plan_of(), DAY + timedelta(days=15)
    short = settling.relieved_by(lines=lines, since=DAY, payments=[(DAY, 7_500), (half, 999_999)])
    assert sum(short) == 0
    enough = settling.relieved_by(lines=lines, since=DAY, payments=[(half, 999_999), (DAY, 7_501)])
    assert sum(enough) == 100_161 - 7_500
    assert enough[0] == 7_500


def test_the_last_of_a_month_stays_the_last() -> None:
    assert [months_on(date(2026, 10, 31), count) for count in (1, 4, 16)] == [
        date(2026, 11, 30),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]
