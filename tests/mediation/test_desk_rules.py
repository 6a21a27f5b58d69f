"""What the mediator's desk works out: bids, means, facts, plans side by side, and which groups may be told."""

from datetime import date
from decimal import Decimal

import pytest

from collections_app.domain.instalments.schedules import Method
from mediation.domain import bidding, calculator, facts, law, means, similar
from mediation.domain.bidding import Terms


def test_two_proposals_overlap_where_the_customer_pays_what_the_bank_takes() -> None:
    """3,000.00 in 12 against 3,200.00 in 10 meet; the middle is half way, instalments rounded up."""
    met = bidding.compare(bank=Terms(300_000, 12), customer=Terms(320_001, 9))
    assert met.overlap
    assert (met.apart_fen, met.middle_fen, met.middle_months) == (0, 310_001, 11)
    poor = bidding.compare(bank=Terms(300_000, 12), customer=Terms(250_000, 12))
    assert (poor.overlap, poor.sums_meet, poor.months_meet, poor.apart_fen) == (False, False, True, 50_000)
    slow = bidding.compare(bank=Terms(300_000, 12), customer=Terms(300_000, 24))
    assert (slow.overlap, slow.sums_meet, slow.months_meet) == (False, True, False)


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (Terms(1, 1), []),
        (Terms(500, 60), []),
        (Terms(0, 1), ["proposal_sum"]),
        (Terms(501, 61), ["proposal_sum", "proposal_months"]),
        (Terms(500, 0), ["proposal_months"]),
    ],
)
def test_a_proposal_is_for_what_is_owed_and_five_years(terms: Terms, found: list[str]) -> None:
    assert bidding.problems(terms, payoff_fen=500) == found


def test_what_is_affordable_is_what_is_left_and_never_below_zero() -> None:
    figures = means.Figures(800_000, 50_000, 300_000, 200_000, 100_000, 2)
    assert (figures.in_fen, figures.out_fen, figures.affordable_fen) == (850_000, 600_000, 250_000)
    assert means.Figures(100, 0, 300, 0, 0, 0).affordable_fen == 0
    assert means.problems(figures) == []
    assert means.problems(means.Figures(-1, 0, 0, 0, 0, 0)) == ["means_impossible"]
    assert means.problems(means.Figures(1, 0, 0, 0, 0, 21)) == ["means_impossible"]


def test_facts_are_undisputed_when_both_sides_accept_them() -> None:
    """An objection of one side, or its silence, is enough."""
    amounts = {"principal": 1, "interest": 2, "fees": 3, "payoff": 6, "overdue": 5}
    bare = facts.drawn(amounts=amounts, due_on=None, overdue_since=None, payments=[], disputes=[])
    assert [fact.code for fact in bare] == ["principal", "interest", "fees", "payoff", "overdue"]
    day = date(2026, 11, 1)
    whole = facts.drawn(amounts=amounts, due_on=day, overdue_since=day, payments=[(7, day, 100)], disputes=[(8, day)])
    assert [fact.key for fact in whole[5:]] == ["due_on", "overdue_since", "payment-7", "disputed-8"]
    assert [facts.Fact.of(fact.as_json()) for fact in whole] == whole
    bank = {fact.key: "accepts" for fact in bare}
    customer = bank | {"fees": "objects"}
    assert [fact.key for fact in facts.undisputed(bare, bank=bank, customer=customer)] == [
        "principal", "interest", "payoff", "overdue"
    ]  # fmt: skip
    assert facts.all_marked(bare, bank=bank, customer=customer)
    del customer["payoff"]
    assert not facts.all_marked(bare, bank=bank, customer=customer)
    assert "payoff" not in {fact.key for fact in facts.undisputed(bare, bank=bank, customer=customer)}


def test_plans_stand_side_by_side_with_their_cost() -> None:
    """The facts' own vector: 10,000.00 at 18 % in 12 is 11,001.61 in all, 19.56 % a year; a waiver comes off first."""
    known = {"payoff_fen": 1_000_000, "today": date(2026, 11, 20)}
    choice = calculator.Choice(12, 0, Decimal(18), Method.EQUAL_INSTALMENT)
    plan = calculator.column(choice, affordable_fen=91_681, **known)
    assert plan.quote is not None
    assert (plan.quote.total_fen, plan.quote.largest_fen) == (1_100_161, 91_681)
    assert plan.quote.compound_percent == Decimal("19.56")
    assert plan.quote.days[0] == date(2026, 12, 20)
    assert plan.fits is True
    assert calculator.column(choice, affordable_fen=91_680, **known).fits is False
    assert calculator.column(choice, affordable_fen=None, **known).fits is None
    free = calculator.column(
        calculator.Choice(3, 100_000, Decimal(0), Method.EQUAL_INSTALMENT), affordable_fen=None, **known
    )
    assert free.quote is not None
    assert (free.quote.total_fen, free.quote.compound_percent) == (900_000, Decimal("0.00"))
    for waived in (-1, 1_000_000):
        wrong = calculator.Choice(12, waived, Decimal(0), Method.EQUAL_INSTALMENT)
        assert calculator.column(wrong, affordable_fen=None, **known).problem == "calculator_waiver"
    dear = calculator.Choice(12, 0, Decimal(25), Method.EQUAL_INSTALMENT)
    none = calculator.column(dear, affordable_fen=None, **known)
    assert none.problem == "plan_rate"
    # A draft works out equal instalments: another way with interest would come to other sums.
    falling = calculator.column(
        calculator.Choice(12, 0, Decimal(18), Method.EQUAL_PRINCIPAL), affordable_fen=None, **known
    )
    assert [each.may_be_drafted for each in (plan, free, none, falling)] == [True, True, False, False]


def test_no_group_under_five_is_told() -> None:
    few, enough = similar.Group("kept", similar.Band(1, 6), 4), similar.Group("broken", similar.Band(1, 6), 5)
    assert similar.tellable([few, enough]) == [enough]
    assert [similar.band_of(value, (30, 90)) for value in (0, 30, 31, 91)] == [
        similar.Band(0, 30), similar.Band(0, 30), similar.Band(31, 90), similar.Band(91, None)
    ]  # fmt: skip


def test_every_dispute_of_the_banks_list_has_its_law() -> None:
    """Several come to the same question; what none names is looked up as what most disputes come to."""
    found = {code: law.type_of(code) for code in ("fees", "merchant", "over_limit", "paid_not_posted", "")}
    assert found == {
        "fees": "fee_or_interest", "merchant": "unauthorised_transaction", "over_limit": "over_limit",
        "paid_not_posted": "instalment_wish", "": "instalment_wish",
    }  # fmt: skip
