"""What may be promised, how a promise ends, and what of it is left, from the amounts and days alone."""

from datetime import date

import pytest

from collections_app.domain.promises import Limits, Part, judge, limits, problems, state_on, stretched, unpaid_parts

TODAY, TOMORROW, LATER = date(2026, 11, 20), date(2026, 11, 21), date(2026, 12, 4)
LIMIT = Limits(smallest_fen=10_000, last_day=LATER, most_parts=2, most_redates=1, tolerance_fen=0)
POLICY = {"smallest_percent": 10, "longest_days": 14, "most_parts": 2, "most_redates": 1, "tolerance_fen": 0}


def test_the_smallest_promise_is_the_minimum_or_a_share_rounded_up() -> None:
    """A minimum beyond what is overdue asks for more than the promise is about, and is left out."""
    found = limits(today=TODAY, overdue_fen=100_001, minimum_due_fen=5_000, **POLICY)
    assert (found.smallest_fen, found.last_day) == (10_001, LATER)
    assert limits(today=TODAY, overdue_fen=100_001, minimum_due_fen=20_000, **POLICY).smallest_fen == 20_000
    assert limits(today=TODAY, overdue_fen=100_001, minimum_due_fen=200_000, **POLICY).smallest_fen == 10_001


@pytest.mark.parametrize(
    ("parts", "redates", "found"),
    [
        ([], 0, ["no_parts"]),
        ([Part(TOMORROW, 20_000)], 0, []),
        ([Part(TODAY, 5_000), Part(TOMORROW, 5_000), Part(LATER, 5_000)], 0, ["too_many_parts"]),
        ([Part(TODAY, 0), Part(LATER, 20_000)], 0, ["amount_not_positive"]),
        ([Part(TOMORROW, 9_000), Part(TODAY, 9_000)], 0, ["dates_not_rising"]),
        ([Part(date(2026, 11, 19), 20_000)], 0, ["date_in_the_past"]),
        ([Part(date(2026, 12, 5), 20_000)], 0, ["date_too_late"]),
        ([Part(TOMORROW, 9_999)], 0, ["amount_too_small"]),
        ([Part(TOMORROW, 30_001)], 0, ["amount_above_overdue"]),
        ([Part(TOMORROW, 20_000)], 2, ["too_many_redates"]),
    ],
)  # fmt: skip
def test_everything_wrong_with_a_promise_is_said(parts: list[Part], redates: int, found: list[str]) -> None:
    """By its code, one for each fault."""
    assert problems(parts, LIMIT, today=TODAY, overdue_fen=30_000, redates=redates) == found


def test_limits_reach_as_far_as_what_was_taken_once_and_no_less_far_than_before() -> None:
    beyond = stretched(LIMIT, parts=[Part(TODAY, 1), Part(TOMORROW, 1), Part(date(2026, 12, 9), 1)], redates=2)
    assert beyond == Limits(smallest_fen=3, last_day=date(2026, 12, 9), most_parts=3, most_redates=2, tolerance_fen=0)
    assert stretched(LIMIT, parts=[Part(TOMORROW, 20_000)], redates=0) == LIMIT


@pytest.mark.parametrize(
    ("in_time", "late", "state"),
    [(990, 0, "kept"), (500, 490, "kept_late"), (0, 1, "partly_kept"), (0, 0, "broken")],
)  # fmt: skip
def test_a_promise_is_judged_by_what_came_in_time_and_late(in_time: int, late: int, state: str) -> None:
    """Ten fen too little are let be."""
    assert judge(promised_fen=1_000, paid_in_time_fen=in_time, paid_late_fen=late, tolerance_fen=10) == state


def test_a_promise_is_due_on_its_day_and_waits_for_posting_after_it() -> None:
    """Its day ends at midnight."""
    states = [state_on(day=TOMORROW, today=day) for day in (TODAY, TOMORROW, LATER)]
    assert states == ["active", "due", "awaiting_posting"]


def test_payments_fill_the_oldest_part_first() -> None:
    """Whatever order the parts are given in."""
    parts = [(LATER, 300), (TOMORROW, 200)]
    assert unpaid_parts(parts, paid_fen=250) == [(LATER, 250)]
    assert unpaid_parts(parts, paid_fen=500) == []
