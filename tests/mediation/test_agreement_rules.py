"""The pure rules of drafts, of what becomes of an agreement, of courts and of a drawn line."""

from datetime import date
from decimal import Decimal

from collections_app.domain.instalments.schedules import Method, Wish, schedule
from mediation.domain import after, courts, drafts, parties, signing
from mediation.domain.after import Line
from mediation.domain.courts import Shares, Wage
from mediation.domain.drafts import Duty
from mediation.domain.parties import Party

TODAY = date(2026, 11, 20)


def test_obligations_have_a_party_that_can_meet_them_a_day_and_an_amount():
    good = Duty("bank", "refund", TODAY, 100)
    assert drafts.duty_problems([good], today=TODAY) == []
    for wrong, code in (
        (Duty("nobody", "refund", TODAY, 100), "duty_unknown"),
        (Duty("bank", "gift", TODAY, 100), "duty_unknown"),
        (Duty("customer", "credit_correction", TODAY), "duty_party_wrong"),
        (Duty("bank", "fee_reversal", TODAY), "duty_amount_missing"),
        (Duty("bank", "other", None), "duty_date_missing"),
        (Duty("bank", "other", date(2026, 11, 19)), "duty_date_missing"),
    ):
        assert drafts.duty_problems([wrong], today=TODAY) == [code]
    assert "too_many_duties" in drafts.duty_problems([good] * 7, today=TODAY)
    assert [drafts.trigger_for(days) for days in (0, 3)] == ["unpaid_on_day", "unpaid_after_grace"]


def test_what_an_agreement_neither_has_paid_nor_lets_off_stays_owed():
    """Interest in the instalments pays off nothing; whatever was paid meanwhile, nothing is owed back."""

    def left(payoff=395_218, *, total=390_000, interest=0, waived=0):
        return drafts.left_fen(payoff_fen=payoff, total_fen=total, interest_fen=interest, waived_fen=waived)

    assert [left(), left(waived=5_218), left(interest=1_000), left(380_000)] == [5_218, 0, 6_218, 0]


def test_clauses_that_close_a_way_or_name_others_are_prohibited():
    for text in (
        "客户放弃起诉的权利", "不得向监管投诉", "由家属代为偿还", "否则追究刑事责任", "将告知其单位",
        "The customer waives the right to sue", "His family repays the rest",
    ):  # fmt: skip
        assert drafts.prohibited(text), text
    assert not drafts.prohibited("客户可就本协议向人民法院起诉，也可投诉。")
    assert drafts.text_problems(facts="x", pay_to="y", others=["z"]) == []
    assert drafts.text_problems(facts=" ", pay_to="", others=["不得投诉"]) == [
        "facts_missing", "pay_to_missing", "term_prohibited",
    ]  # fmt: skip


def test_cured_is_paid_after_its_day_and_paid_now():
    lines = [Line(date(2026, 11, 10), 100), Line(date(2026, 12, 10), 100)]
    late, in_time, short = [(date(2026, 11, 12), 100)], [(date(2026, 11, 10), 100)], [(date(2026, 11, 12), 50)]
    assert after.cured(lines=lines, payments=late, today=TODAY)
    assert not after.cured(lines=lines, payments=in_time, today=TODAY)
    assert not after.cured(lines=lines, payments=short, today=TODAY)
    assert not after.cured(lines=lines[:1], payments=in_time, today=TODAY)
    assert after.keeping(plan_state="performing", was_cured=True) == "cured"
    assert after.keeping(plan_state="breached", was_cured=True) == "breached"


def test_the_furthest_step_of_a_court_is_its_state():
    assert after.court_state(set()) == ""
    steps = ["confirmation_applied", "confirmed", "enforcement_applied"]
    assert [after.court_state(steps[: count + 1]) for count in range(3)] == ["filed", "confirmed", "enforcement"]
    assert after.court_state({"confirmation_applied", "rejected"}) == "rejected"
    assert after.confirm_by(TODAY) == date(2026, 12, 20)
    assert [after.warning(last_day=date(2026, 12, day), today=TODAY) for day in (1, 20)] == [None, None]
    assert after.warning(last_day=date(2026, 11, 30), today=TODAY) == 10
    assert after.warning(last_day=date(2026, 11, 19), today=TODAY) is None


def test_small_claims_and_payment_orders():
    wage, shares = Wage(10_000, verified=False), Shares(Decimal("0.5"), Decimal(2))

    def small(fen, *, wage=wage, shares=shares, known=True):
        return courts.small_claims(amount_fen=fen, wage=wage, shares=shares, whereabouts_known=known)

    assert [small(fen) for fen in (5_000, 5_001, 20_000, 20_001)] == [
        "small_claims", "small_claims_if_both", "small_claims_if_both", "above_small_claims",
    ]  # fmt: skip
    assert small(1, wage=None) == "wage_unknown"
    assert small(1, shares=None) == "rule_unknown"
    assert small(1, known=False) == "whereabouts_unknown"

    def order(*, on_file=True, debts=False, served=True):
        return courts.payment_order(on_file=on_file, other_debts=debts, can_be_served=served)

    assert [order(debts=True), order(served=False), order(), order(on_file=False)] == [
        "no_payment_order_debts", "no_payment_order_service", "payment_order", "rule_unknown",
    ]  # fmt: skip


def test_only_a_guarantor_is_left_out_and_with_a_reason():
    known = [Party(1, "co_borrower", "甲"), Party(2, "guarantor", "乙"), Party(None, "guarantor", "丙", 7)]
    assert [party.key for party in known] == ["co_borrower:1", "guarantor:2", "guarantor:r7"]
    for without, codes in (
        ({}, []), ({"2": "联系不上"}, []), ({"2": " "}, ["left_out_without_reason"]),
        ({"1": "x"}, ["co_borrower_must_sign"]), ({"3": "x"}, ["no_such_party"]), ({"r7": "x"}, []),
    ):  # fmt: skip
        assert parties.problems(known, without=without) == codes
    assert parties.key_of("bank", None) == "bank"


def test_steps_of_a_court_follow_one_another():
    def problem(stage, before=(), *, agreed=True, lawful=True):
        return courts.stage_problem(stage, before=before, agreed=agreed, lawful=lawful)

    assert problem("dance") == "no_such_court_stage"
    assert problem("confirmation_applied", agreed=False) == "no_confirmation_of_this"
    assert problem("confirmed", lawful=False) == "no_confirmation_of_this"
    assert problem("hearing") == "court_stage_too_early"
    assert problem("filed", {"filed"}) == "court_stage_already"
    assert problem("hearing", {"filed", "hearing"}) == ""
    assert problem("filed", agreed=False, lawful=False) == ""
    assert courts.years_later(date(2028, 2, 29), 2) == date(2030, 2, 28)
    assert courts.years_later(TODAY, 2) == date(2028, 11, 20)


def test_a_line_is_kept_as_points_or_not_at_all():
    assert signing.strokes_of("[[[1.6,2],[3,4]]]") == "[[[1,2],[3,4]]]"
    for wrong in ("", "x", "{}", "[]", "[1]", "[[]]", '[[["a",1]]]', "[[[1,2,3]]]", "[" * 20_001):
        assert signing.strokes_of(wrong) == "", wrong[:20]


def test_the_rate_an_agreement_names_is_that_of_its_lines() -> None:
    """Worked out at 12 percent they are not of 6; without interest no rate is named, and none is needed."""
    lines = schedule(Wish(Method.EQUAL_INSTALMENT, 390_000, 3, Decimal(12)))
    amounts, interest = [line.total_fen for line in lines], [line.interest_fen for line in lines]

    def differs(percent: int, of_lines: list[int]) -> bool:
        return drafts.rate_differs(amounts=amounts, interest=of_lines, annual_percent=Decimal(percent))

    assert [differs(12, interest), differs(6, interest), differs(0, interest)] == [False, True, True]
    assert [differs(12, []), differs(0, [])] == [True, False]


def test_a_case_is_sued_for_or_its_preservation_lapses() -> None:
    """Each preservation has its own 30 days until there is a suit, whoever recorded either."""
    first, second = (date(2026, 11, 1), "preserved"), (date(2026, 11, 9), "preserved")
    assert courts.sue_by([first, second]) == [date(2026, 12, 1), date(2026, 12, 9)]
    assert courts.sue_by([first, (date(2026, 11, 3), "filed")]) == []
    assert courts.recorded({"preserved", "trial", "pre_legal"}) == {"preservation", "hearing"}
    before = {"payment_order", "payment_order_ended"}
    given = {"before": before, "agreed": False, "lawful": False}
    assert courts.stage_problem("payment_order_effective", **given) == "court_stage_contradicts"  # type: ignore[arg-type]
