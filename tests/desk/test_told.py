"""Whether what a customer was told still holds."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk.domain.told import Statement, Truth, dated_sums, holds, verdict

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
OWES = Truth({"overdue": 391_300, "payoff": 395_218}, ())
PROMISED = Truth({"overdue": 391_300}, ((TODAY, 200_000),))


def said(medium="spoken", name="overdue", fen=391_300, pay_by=None, valid_until=None, hours=0):
    return Statement(1, medium, name, fen, pay_by, valid_until, NOW - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("statement", "truth", "expected"),
    [
        (said(), OWES, True),
        (said(fen=391_301), OWES, False),
        (said(), PROMISED, False),
        (said(name="promised", fen=200_000, pay_by=TODAY), PROMISED, True),
        (said(name="promised", fen=200_000, pay_by=TODAY), OWES, False),
        (said(name="payoff", fen=395_000, valid_until=TODAY), OWES, True),
        (said(name="payoff", fen=395_000, valid_until=TODAY - timedelta(days=1)), OWES, False),
        (said(), None, False),
        (said(name="instalment", fen=100, pay_by=TODAY), Truth({}, (), [(TODAY, 100)]), True),
        (said(name="instalment", fen=101, pay_by=TODAY), Truth({}, (), [(TODAY, 100)]), False),
    ],
)
def test_a_statement_holds_while_the_truth_is_what_it_says(statement, truth, expected):
    """Accrual within its validity is no contradiction; a promise makes a demand for the whole one."""
    assert holds(statement, truth, today=TODAY) is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], ""),
        ([said()], ""),
        ([said(fen=1)], "spoken_stale"),
        ([said("written", fen=1)], "written_stale"),
        ([said("page", fen=1), said()], "written_stale"),
        ([said("written"), said(fen=1)], "spoken_stale"),
        ([said("written", fen=1), said(fen=1)], "all_stale"),
        ([said(), said(fen=1, hours=3)], ""),
        ([said(), said(fen=1)], "spoken_stale"),
    ],
)
def test_only_the_newest_word_of_each_medium_counts(statements, expected):
    """What was corrected by the same medium is no contradiction any more."""
    assert verdict(statements, {1: OWES}, today=TODAY) == expected


def test_an_agreement_may_be_told_whole_in_part_or_in_one_sum():
    """Two parts of which half of the first is paid: every way of naming what is left is true, no other."""
    last = TODAY + timedelta(days=5)
    sums = set(dated_sums([(TODAY, 200), (last, 300)], [(TODAY, 100), (last, 300)]))
    assert sums == {(TODAY, 200), (last, 300), (TODAY, 100), (last, 400)}
    assert dated_sums([], []) == []
