"""Which account goes to whom, from the rules and what people carry alone."""

from dataclasses import replace

from collections_app.domain.ownership.placements import pasted
from collections_app.domain.ownership.pools import pool_of_unit
from collections_app.domain.ownership.rules import Assigned, Loads, RuleFacts, Waiting, assign

RULE = RuleFacts(7, 1, "card", ("m2",), 1_000, 9_000, "branch", (11, 12))
ACCOUNT = Waiting(1, 100, 1, "card", "m2", 5_000)


def test_only_an_account_that_fits_every_part_of_a_rule_is_given() -> None:
    """Branch, product, stage and both ends of the amount; what no rule is for is left out."""
    others = [{"branch_id": 2}, {"product": "loan"}, {"stage": "m1"}, {"overdue_fen": 999}, {"overdue_fen": 9_000}]
    accounts = [replace(ACCOUNT, account_id=place, **other) for place, other in enumerate(others, start=2)]
    found = assign(accounts=[*accounts, ACCOUNT], rules=[RULE], loads=Loads({}, {}))
    assert found == [Assigned(1, 7, "branch", 11)]


def test_who_carries_least_for_what_they_can_gets_the_next() -> None:
    """Five of ten is more than six of a hundred; who is full gets none, and nobody is somebody's answer too."""
    loads = Loads({11: 5, 12: 6}, {11: 10, 12: 100})
    accounts = [replace(ACCOUNT, account_id=place, customer_id=place) for place in (1, 2)]
    assert [item.owner_id for item in assign(accounts=accounts, rules=[RULE], loads=loads)] == [12, 12]
    full = Loads({11: 1, 12: 1}, {11: 1, 12: 1})
    assert [item.owner_id for item in assign(accounts=accounts, rules=[RULE], loads=full)] == [None, None]


def test_the_accounts_of_one_customer_stay_together_unless_somebody_is_walled_from_it() -> None:
    """Who has one gets the others, whoever carries less."""
    accounts = [
        replace(ACCOUNT, beside=12),
        replace(ACCOUNT, account_id=2),
        replace(ACCOUNT, account_id=3, not_for={12}),
    ]
    found = assign(accounts=accounts, rules=[RULE], loads=Loads({12: 50}, {}))
    assert [item.owner_id for item in found] == [12, 12, 11]


def test_units_without_a_pool_of_their_own_work_in_house() -> None:
    """A service centre has none."""
    kinds = ("branch", "card_centre", "service_centre")
    assert [pool_of_unit(kind) for kind in kinds] == ["branch", "card_centre", "in_house"]


def test_a_pasted_list_gives_each_number_once_and_in_its_order() -> None:
    """With the groups people write them in."""
    assert pasted(" 9999 0001\n99990002, 9999-0001\t\n") == ["99990001", "99990002"]
