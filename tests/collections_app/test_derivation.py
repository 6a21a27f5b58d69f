"""What is derived of a record follows from its facts alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.derivation import (
    AccountFacts,
    HoldFacts,
    PlanFacts,
    PromiseFacts,
    RecordFacts,
    derive,
)
from collections_app.selectors.codes import shipped

TABLE, PRECEDENCE = shipped().holds, shipped().precedence
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def account(overdue: int = 391_300, days: int = 40, **values: object) -> AccountFacts:
    facts: dict[str, object] = {
        "id": 1,
        "core": FiveAmounts(overdue, 39_130, overdue, overdue + 4_000, None, 0),
        "overdue_since": TODAY - timedelta(days=days - 1) if days else None,
        "grace_days": 3,
        "paid_on_top_fen": 0,
        "payment_in_flight": False,
        "placement": "in_house",
        "owner_id": 7,
        "closed_in_core": False,
    }
    return AccountFacts(**(facts | values))  # type: ignore[arg-type]


def record(*accounts: AccountFacts, **values: object) -> RecordFacts:
    facts: dict[str, object] = {
        "table": TABLE,
        "precedence": PRECEDENCE,
        "time_zone": "Asia/Shanghai",
        "case_open": True,
        "accounts": accounts,
    }
    return RecordFacts(**(facts | values))  # type: ignore[arg-type]


def test_an_overdue_card_waits_to_be_contacted() -> None:
    """Forty days past due is the second stage, and the next step is a call."""
    derived = derive(record(account()), now=NOW)
    assert (derived.status, derived.stage, derived.next_step, derived.queue) == (
        "to_contact",
        "m2",
        "call",
        "to_contact",
    )
    assert derived.overdue_fen == 391_300
    assert derived.owner_id == 7


def test_a_payment_on_top_of_the_file_lowers_every_amount() -> None:
    """An own payment the file does not contain is taken off before the file comes."""
    derived = derive(record(account(paid_on_top_fen=391_300)), now=NOW)
    assert derived.overdue_fen == 0
    assert (derived.status, derived.stage, derived.queue) == ("current", "m0", "to_close")
    assert derived.accounts[0].amounts.payoff_fen == 4_000


def test_the_worst_account_names_the_stage() -> None:
    """The stage of a record is its worst account's, whichever owes more."""
    derived = derive(record(account(id=1, days=10, overdue=900_000), account(id=2, days=70, owner_id=9)), now=NOW)
    assert (derived.stage, derived.stage_account_id, derived.owner_id) == ("m3", 2, 9)


def test_days_within_grace_are_no_case() -> None:
    derived = derive(record(account(days=3)), now=NOW)
    assert derived.status == "grace"


@pytest.mark.parametrize(("days", "status"), [(0, "promise_due"), (2, "promise_pending"), (-1, "promise_pending")])
def test_a_pending_promise_decides_the_queue(days: int, status: str) -> None:
    """A promise due today stands in a queue of its own; one past its day waits for posting."""
    due = TODAY + timedelta(days=days)
    promise = PromiseFacts(1, 1, "active", [(due, 100)], NOW)
    derived = derive(record(account(), promises=[promise]), now=NOW)
    assert (derived.status, derived.queue) == ("promise_active", status)


def test_a_broken_promise_counts_only_while_it_is_the_last_word() -> None:
    broken = PromiseFacts(1, 1, "broken", [(TODAY, 100)], NOW - timedelta(days=9))
    kept = PromiseFacts(2, 1, "kept", [(TODAY, 100)], NOW - timedelta(days=3))
    assert derive(record(account(), promises=[broken]), now=NOW).status == "promise_broken"
    assert derive(record(account(), promises=[broken, kept]), now=NOW).status == "to_contact"


def test_what_was_promised_of_an_account_that_is_somebody_elses_bears_on_nothing() -> None:
    """Of two accounts one is assigned: its amount, its promise and its stage are no longer the bank's."""
    sold = account(900_000, 200, id=2, placement="assigned")
    promise = PromiseFacts(1, 2, "active", [(TODAY + timedelta(days=2), 100)], NOW)
    derived = derive(record(account(), sold, promises=[promise]), now=NOW)
    assert (derived.status, derived.stage, derived.overdue_fen) == ("to_contact", "m2", 391_300)
    kept = derive(record(account(), account(id=2), promises=[promise]), now=NOW)
    assert kept.status == "promise_active"


def test_a_plan_late_within_grace_says_so() -> None:
    plan = PlanFacts(1, "late", [(TODAY - timedelta(days=1), 100)], 3)
    hold = HoldFacts("agreement_active", 1, None)
    assert derive(record(account(), plans=[plan], holds=[hold]), now=NOW).status == "plan_late"


def test_a_hold_past_its_end_holds_no_longer_even_before_the_sweep() -> None:
    over = HoldFacts("hardship", None, NOW)
    still = HoldFacts("hardship", None, NOW + timedelta(seconds=1))
    assert derive(record(account(), holds=[over]), now=NOW).status == "to_contact"
    held = derive(record(account(), holds=[still]), now=NOW)
    assert held.status == "hardship_review"
    assert held.derive_due_at == NOW + timedelta(seconds=1)


@given(kinds=st.sets(st.sampled_from(sorted(TABLE))))
def test_the_first_status_of_the_precedence_wins(kinds: set[str]) -> None:
    """Whatever holds are in force together, the record shows the one that stands first."""
    derived = derive(record(account(), holds=[HoldFacts(kind, None, None) for kind in sorted(kinds)]), now=NOW)
    ranks = [PRECEDENCE.index(TABLE[kind].status) for kind in kinds if TABLE[kind].status]
    assert PRECEDENCE.index(derived.status) == min([*ranks, PRECEDENCE.index("to_contact")])


@given(
    overdue=st.integers(0, 10**9),
    billed=st.integers(0, 10**9),
    unbilled=st.integers(0, 10**9),
    paid=st.integers(0, 10**9),
)
def test_no_payment_makes_an_amount_negative_or_larger(overdue: int, billed: int, unbilled: int, paid: int) -> None:
    before = FiveAmounts(overdue, overdue // 10, billed, billed + 100, None, unbilled)
    after = before.after_payment(paid)
    for name in ("overdue_fen", "minimum_due_fen", "billed_fen", "payoff_fen", "unbilled_fen"):
        assert 0 <= getattr(after, name) <= getattr(before, name)
