"""What a payment is still for, where it may go next, and how its parts are read."""

import pytest

from collections_app.domain.allocation import Split
from repayment.domain.formats import split_text
from repayment.domain.payments import TRANSITIONS, may_follow, still_due


def test_a_payment_goes_where_its_table_lets_it() -> None:
    """And nowhere else."""
    for old, following in TRANSITIONS.items():
        assert [new for new in TRANSITIONS if may_follow(old=old, new=new)] == [
            new for new in TRANSITIONS if new in following
        ]


@pytest.mark.parametrize(
    ("purpose", "other_fen", "due"),
    [
        ("promise_part", 300, 200), ("promise_part", 900, 0), ("instalment", 0, 450), ("overdue", 300, 400),
        ("minimum", 0, 40), ("payoff", 0, 450), ("other", 0, 450),
    ],
)  # fmt: skip
def test_what_came_another_way_pays_the_part_a_payment_is_for(purpose: str, other_fen: int, due: int) -> None:
    """Never more than the payoff; an amount of the record is read anew."""
    found = still_due(
        purpose=purpose, amount_fen=500, other_fen=other_fen, overdue_fen=400, minimum_fen=40, payoff_fen=450
    )
    assert found == due


def test_the_parts_of_a_payment_are_read_in_their_order() -> None:
    """What has nothing in it is not named."""
    split = Split(costs=2_000, principal=300_050)
    assert split_text(split, currency="CNY", language="zh-hans") == "费用 20.00 元，本金 3,000.50 元"
    assert split_text(split, currency="HKD", language="en") == "Fees HKD 20.00, Principal HKD 3,000.50"
