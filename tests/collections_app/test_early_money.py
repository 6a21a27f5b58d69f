"""More is paid than is due: the schedule is made anew as it was agreed, and no fen is lost whatever is paid."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.domain.instalments.early import Agreement, Keeping, Replay, replayed
from collections_app.domain.instalments.months import months_on
from collections_app.domain.instalments.schedules import Method, Wish, schedule
from collections_app.domain.instalments.settling import Owed, payoff

SINCE = date(2026, 11, 20)
METHODS = [Method.INTEREST_FREE, Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL]


def agreed(
    *, method: Method = Method.EQUAL_INSTALMENT, principal: int = 1_200_000, number: int = 12, percent: str = "12",
    keeping: Keeping = Keeping.TERM, tolerance: int = 1_000,
) -> Agreement:  # fmt: skip
    rate = Decimal(0) if method == Method.INTEREST_FREE else Decimal(percent)
    lines = schedule(Wish(method, principal, number, rate))
    rows = [Owed(months_on(SINCE, line.number), line.principal_fen, line.interest_fen) for line in lines]
    return Agreement(rows, method, rate, keeping, SINCE, tolerance)


def test_the_term_stays_or_the_instalment_stays() -> None:
    """Half the debt on the first due day: of twelve lines eleven of half the size, or about half as many."""
    term = agreed()
    first = term.lines[0]
    money = [(first.due_on, first.total_fen + 600_000)]
    smaller = replayed(term, payments=money)
    assert [line.due_on for line in smaller.lines] == [line.due_on for line in term.lines]
    assert smaller.lines[0] == first
    assert smaller.lines[1].total_fen < first.total_fen * 0.46
    sooner = replayed(replace(term, keeping=Keeping.INSTALMENT), payments=money)
    assert len(sooner.lines) == 6
    assert max(line.total_fen for line in sooner.lines) <= max(line.total_fen for line in term.lines)
    for found in (smaller, sooner):
        assert (found.early_fen, found.changed_on, found.left) == (
            600_000, [first.due_on], [(first.due_on, first.total_fen)],
        )  # fmt: skip


def test_the_interest_of_the_days_to_come_is_not_owed() -> None:
    """On the fifteenth of thirty days: half a month's interest on what left the debt, to the fen."""
    term = agreed()
    day, first = SINCE + timedelta(days=15), term.lines[0]
    found = replayed(term, payments=[(day, first.total_fen + 600_000)])
    assert first.interest_fen - found.lines[0].interest_fen == 3_000
    assert found.early_fen == 603_000
    assert found.left == [(day, found.lines[0].total_fen)]


def test_what_is_due_and_a_little_more_changes_nothing() -> None:
    """The line that runs, paid in parts or early, or a little beyond it; or money after the term."""
    term = agreed()
    first, last = term.lines[0], term.lines[-1]
    for money in (
        [(SINCE, first.total_fen - 1)],
        [(SINCE, first.total_fen + 1_000)],
        [(SINCE, 1), (first.due_on, first.total_fen - 1)],
        [(last.due_on + timedelta(days=1), first.total_fen * 2)],
    ):
        assert replayed(term, payments=money) == Replay(list(term.lines), left=sorted(money)), money


def test_money_of_days_that_were_put_back_fills_the_lines_and_changes_none() -> None:
    term = agreed()
    money = [(SINCE, 600_000), (SINCE + timedelta(days=40), 200_000)]
    both, second = replayed(term, payments=money), replayed(term, payments=money, undone=[(SINCE, SINCE)])
    assert len(both.changed_on) == 2
    assert second.changed_on == [SINCE + timedelta(days=40)]
    assert second.early_fen < 202_000
    assert replayed(term, payments=money, undone=[(SINCE, SINCE + timedelta(days=40))]).lines == list(term.lines)


def test_who_pays_all_of_it_off_has_no_new_schedule() -> None:
    """Nor has what comes after it."""
    term = agreed()
    day = SINCE + timedelta(days=10)
    all_of_it = payoff(lines=term.lines, on=day, since=SINCE, paid_fen=0)
    assert replayed(term, payments=[(day, all_of_it), (day + timedelta(days=30), 5_000)]).changed_on == []
    assert replayed(term, payments=[(day, all_of_it - 5)]).changed_on == [day]


def test_money_is_held_against_what_was_owed_on_its_day() -> None:
    """Money put back, and early money after it: together the debt, but not the interest of the month between."""
    term = agreed()
    later = SINCE + timedelta(days=40)
    found = replayed(term, payments=[(SINCE, 610_000), (later, 590_000)], undone=[(SINCE, SINCE)])
    assert (found.changed_on, found.paid_off_on) == ([later], None)
    short = payoff(lines=found.lines, on=later, since=SINCE, paid_fen=sum(fen for _, fen in found.left))
    assert short > 5_000


def test_what_is_left_may_be_too_small_for_as_many_lines() -> None:
    """Below 1.00 a line: fewer of them, at last one of a few fen."""
    term = agreed(method=Method.INTEREST_FREE, principal=1_200, number=12, tolerance=0)
    assert [line.total_fen for line in replayed(term, payments=[(SINCE, 1_000)]).lines] == [100, 100, 100]
    assert [line.total_fen for line in replayed(term, payments=[(SINCE, 1_150)]).lines] == [100, 50]


PAYMENTS = st.lists(
    st.tuples(st.integers(0, 420).map(lambda days: SINCE + timedelta(days=days)), st.integers(1, 900_000)), max_size=8
)


@settings(max_examples=150, deadline=None)
@given(
    method=st.sampled_from(METHODS), keeping=st.sampled_from(list(Keeping)), principal=st.integers(6_000, 5_000_000),
    number=st.integers(1, 24), percent=st.decimals(0, 24, places=2).map(str), payments=PAYMENTS,
)  # fmt: skip
def test_no_fen_is_lost_whatever_is_paid_and_whatever_bounces(
    method: Method, keeping: Keeping, principal: int, number: int, percent: str, payments: list[tuple[date, int]]
) -> None:
    """Principal and money add up, no line is nothing or late, interest never grows, and less money undoes it."""
    term = agreed(method=method, keeping=keeping, principal=principal, number=number, percent=percent)
    found = replayed(term, payments=payments)
    assert sum(line.principal_fen for line in found.lines) + found.early_fen == principal
    assert sum(fen for _, fen in found.left) + found.early_fen == sum(fen for _, fen in payments)
    assert all(line.total_fen > 0 and line.interest_fen >= 0 for line in found.lines)
    days = [line.due_on for line in found.lines]
    assert days == [line.due_on for line in term.lines][: len(days)]
    assert sum(line.interest_fen for line in found.lines) <= sum(line.interest_fen for line in term.lines)
    assert replayed(term, payments=payments[::-1]).lines == found.lines
    ordered = sorted(payments)
    steps = [replayed(term, payments=ordered[:count]) for count in range(len(ordered) + 1)]
    assert steps[0].lines == list(term.lines)
    assert [step.early_fen for step in steps] == sorted(step.early_fen for step in steps)
    if keeping == Keeping.INSTALMENT:
        assert [len(step.lines) for step in steps] == sorted((len(step.lines) for step in steps), reverse=True)
