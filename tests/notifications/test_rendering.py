"""Texts from the truth."""

from dataclasses import replace
from datetime import date

import pytest

from notifications.domain import rendering
from notifications.domain.kinds import KINDS, Variant, may_disclose
from notifications.domain.rendering import MissingVariableError, Said
from tests.notifications.test_premises import OWING, PROMISE, TODAY


def test_amounts_have_no_thousands_separators() -> None:
    """A separator may cost a segment."""
    assert rendering.money_text(48640000, currency="CNY", language="zh-hans") == "486400.00元"
    assert rendering.money_text(48640000, currency="HKD", language="en") == "486400.00 HKD"
    assert rendering.money_text(100, currency="XAF", language="zh-hans") == "1.00XAF"


def test_dates_are_absolute_in_both_languages() -> None:
    """Day and month, never today or tomorrow."""
    assert rendering.day_text(date(2026, 11, 3), "zh-hans") == "11月3日"
    assert rendering.day_text(date(2026, 11, 3), "en") == "3 Nov"


def test_the_overdue_text_names_the_due_date_not_the_first_day_overdue() -> None:
    """The record counts from the day after."""
    values = rendering.values("overdue_gentle", OWING, about=TODAY, language="en")
    assert values["since"] == "19 Oct"
    assert values["od"] == "3913.00 CNY"


def test_a_variable_without_a_value_refuses_the_text() -> None:
    """Nobody receives an empty place or a pair of braces."""
    with pytest.raises(MissingVariableError, match="rest"):
        rendering.fill("余款{rest}", {"rest": ""})


@pytest.mark.parametrize(
    ("disclose", "links", "forms"),
    [
        (True, True, [Variant.LINK, Variant.EXPLICIT]),
        (True, False, [Variant.CODE, Variant.EXPLICIT]),
        (False, True, [Variant.NEUTRAL]),
        (False, False, [Variant.NEUTRAL]),
    ],
)
def test_what_is_disclosed_depends_on_the_number(disclose: bool, links: bool, forms: list[Variant]) -> None:
    """A number that may not be told of a debt gets the neutral form only, link or no link."""
    assert rendering.forms("overdue_gentle", OWING, disclose=disclose, links=links) == forms


@pytest.mark.parametrize(
    ("provenance", "quality", "relation", "may"),
    [
        ("on_file", "verified", "self", True),
        ("on_file", "unknown", "self", False),
        ("agency_found", "verified", "self", False),
        ("on_file", "verified", "spouse", False),
    ],
)
def test_only_a_checked_number_of_the_customer_is_told(provenance: str, quality: str, relation: str, may: bool) -> None:
    """Left with the bank, checked, and their own."""
    assert may_disclose(provenance=provenance, quality=quality, relation=relation) is may


def test_a_receipt_says_what_is_left() -> None:
    """Nothing overdue, the rest as agreed, or the rest without a word of agreement."""
    paid = replace(PROMISE, paid_fen=20000)
    cases = [
        (replace(OWING, overdue_fen=0), Variant.NOTHING_OVERDUE),
        (replace(OWING, promise=paid), Variant.REST_AGREED),
        (OWING, Variant.REST_OPEN),
    ]
    for facts, form in cases:
        assert rendering.forms("payment_received", facts, disclose=True, links=True) == [form]
    values = rendering.values("payment_received", cases[1][0], about=TODAY, language="zh-hans")
    assert (values["paid"], values["rest"], values["rdue"]) == ("200.00元", "100.00元", "12月5日")


def test_a_confirmation_names_all_parts() -> None:
    """The first part by its day, the rest by the last day."""
    facts = replace(OWING, promise=PROMISE, subject_promise=PROMISE)
    assert rendering.forms("written_confirmation", facts, disclose=True, links=False) == [Variant.MORE_PARTS]
    values = rendering.values("written_confirmation", facts, about=TODAY, language="en")
    assert (values["pamt"], values["pd"], values["rest"], values["rdue"]) == (
        "200.00 CNY", "20 Nov", "100.00 CNY", "5 Dec",
    )  # fmt: skip


def test_only_what_a_text_names_counts_as_told() -> None:
    """A text without the minimum does not tell the minimum."""
    kind = KINDS["card_due"]
    assert rendering.said(kind, "账单{bill}", OWING, about=TODAY) == [Said("billed", 391300, TODAY)]
    assert rendering.said(kind, "请登录App", OWING, about=TODAY) == []


def test_the_bank_is_named_where_the_platform_does_not_sign() -> None:
    """Every first contact says who writes."""
    names = {"name_zh": "示范银行", "name_en": "Demo Bank"}
    assert rendering.signed("您好", language="zh-hans", platform_signs=True, **names) == "您好"
    assert rendering.signed("您好", language="zh-hans", platform_signs=False, **names) == "示范银行：您好"
    assert rendering.signed("hello", language="en", platform_signs=True, **names) == "Demo Bank: hello"


def test_a_receipt_without_an_agreement_names_no_rest() -> None:
    """What is still open without a word of agreement is not asked for in a receipt."""
    assert "rest" not in rendering.amounts("payment_received", OWING, about=TODAY)
    agreed = replace(OWING, promise=replace(PROMISE, paid_fen=20000))
    assert rendering.amounts("payment_received", agreed, about=TODAY)["rest"] == 10000


def test_a_broken_promise_names_what_is_missing_of_it_and_a_due_one_what_is_due_by_that_day() -> None:
    """Both name the day the text is about; what has come is never said to be missing."""
    facts = replace(OWING, promise=PROMISE, subject_promise=PROMISE)
    for paid_fen, missing in ((0, 30000), (25000, 5000)):
        partly = replace(facts, subject_promise=replace(PROMISE, paid_fen=paid_fen))
        amounts = rendering.amounts("promise_broken", partly, about=TODAY)
        assert (amounts["unpaid"], amounts["pamt"]) == (missing, 30000), "older texts say what was promised"
    assert rendering.amounts("promise_due", facts, about=TODAY)["pamt"] == 20000
    assert rendering.values("promise_broken", facts, about=TODAY, language="en")["pd"] == "20 Nov"


def test_a_text_is_filled_with_what_is_known_of_bill_and_instalment() -> None:
    """The month of the statement in words of the language; without an instalment no count of them."""
    facts = replace(OWING, statement_on=date(2026, 11, 3))
    values = rendering.values("card_due", facts, about=TODAY, language="en")
    assert rendering.fill("{month}: {bill}, {k}/{n}", values) == "Nov: 3913.00 CNY, 1/3"
    assert rendering.values("card_due", facts, about=TODAY, language="zh-hans")["month"] == "11月"
    bare = rendering.values("card_due", replace(OWING, instalment=None), about=TODAY, language="en")
    assert not {"k", "n", "inst"} & bare.keys()


def test_what_the_core_need_not_give_leaves_no_place_empty() -> None:
    """A bill whose statement has no day, and what a payment that bounced made overdue again: neither is refused."""
    assert rendering.values("card_due", OWING, about=TODAY, language="en")["month"] == "latest"
    assert rendering.values("card_due", OWING, about=TODAY, language="zh-hans")["month"] == "本期"
    bounced = replace(OWING, overdue_since=None, days_past_due=4)
    assert rendering.values("overdue_gentle", bounced, about=TODAY, language="en")["since"] == "16 Nov"


def test_an_overdue_amount_is_told_without_a_day_to_pay_by() -> None:
    """Only a bill has one; what is overdue was due already."""
    told = rendering.said(KINDS["overdue_gentle"], "{od}", OWING, about=TODAY)
    assert [(said.name, said.pay_by) for said in told] == [("overdue", None)]
