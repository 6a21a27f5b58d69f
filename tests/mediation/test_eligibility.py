"""What stands in the way of talks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediation.domain.eligibility import Facts, problems

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
GOOD = Facts("m2", 391_300, closed_in_core=False, holds=frozenset(), plan_in_force=False, talks_open=False)


def test_an_overdue_account_with_nothing_in_the_way_may_be_talked_over() -> None:
    """A dispute or a broken promise is a reason for talks, not against them."""
    assert problems(GOOD, now=NOW) == []
    assert problems(replace(GOOD, holds=frozenset({"dispute", "promise_pending"})), now=NOW) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"talks_open": True}, "talks_open"),
        ({"plan_in_force": True}, "plan_in_force"),
        ({"stage": "grace"}, "not_overdue"),
        ({"overdue_fen": 0}, "not_overdue"),
        ({"closed_in_core": True}, "not_overdue"),
        ({"holds": frozenset({"deceased"})}, "customer_deceased"),
        ({"holds": frozenset({"bankruptcy"})}, "in_bankruptcy"),
        ({"holds": frozenset({"litigation"})}, "in_court"),
        ({"holds": frozenset({"assigned"})}, "account_assigned"),
        ({"holds": frozenset({"fraud_claim"})}, "fraud_check_running"),
        ({"holds": frozenset({"minor_incapable"})}, "customer_cannot_agree"),
        ({"holds": frozenset({"risk_to_life"})}, "customer_at_risk"),
        ({"refused_at": NOW - timedelta(days=29)}, "refused_lately"),
    ],
)
def test_each_obstacle_has_its_reason(change: dict[str, object], code: str) -> None:
    """One fact, one code."""
    assert problems(replace(GOOD, **change), now=NOW) == [code]  # type: ignore[arg-type]


def test_who_refused_a_month_ago_may_be_asked_again() -> None:
    """The rest ends on its thirtieth day."""
    assert problems(replace(GOOD, refused_at=NOW - timedelta(days=30)), now=NOW) == []
