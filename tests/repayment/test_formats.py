"""Money, days and accounts as customers read them."""

from datetime import UTC, date, datetime

import pytest

from collections_app.domain.paper_days import moment_on_paper
from repayment.domain.formats import account_text, day_text, money_text
from repayment.domain.payments import amount_problem


@pytest.mark.parametrize(
    ("currency", "language", "text"),
    [
        ("CNY", "zh-hans", "2,000.05 元"),
        ("HKD", "zh-hans", "2,000.05 港元"),
        ("CNY", "en", "CNY 2,000.05"),
        ("CHF", "zh-hans", "CHF 2,000.05"),
    ],
)
def test_money_is_never_abbreviated(currency: str, language: str, text: str) -> None:
    """A currency without a Chinese name keeps its code."""
    assert money_text(200_005, currency=currency, language=language) == text


@pytest.mark.parametrize(
    ("day", "language", "text"),
    [
        (date(2026, 11, 22), "zh-hans", "11月22日（周日）"),
        (date(2027, 1, 4), "zh-hans", "2027年1月4日（周一）"),
        (date(2026, 11, 22), "en", "Sunday 22 November"),
        (date(2027, 1, 4), "en", "Monday 4 January 2027"),
    ],
)
def test_a_day_has_its_weekday_and_its_year_when_it_is_another(day: date, language: str, text: str) -> None:
    assert day_text(day, today=date(2026, 12, 31), language=language) == text


@pytest.mark.parametrize(
    ("product", "language", "text"),
    [
        ("card", "zh-hans", "信用卡（尾号 0011）"),
        ("loan", "zh-hans", "贷款（尾号 0011）"),
        ("card", "en", "Credit card ending in 0011"),
        ("loan", "en", "Loan ending in 0011"),
    ],
)
def test_an_account_is_its_product_and_tail(product: str, language: str, text: str) -> None:
    assert account_text(product=product, tail="0011", language=language) == text


@pytest.mark.parametrize(
    ("fen", "payoff", "problem"),
    [
        (1, 1, ""),
        (0, 100, "amount_too_small"),
        (-5, 100, "amount_too_small"),
        (1, 0, "nothing_to_pay"),
        (101, 100, "amount_above_payoff"),
    ],
)
def test_what_may_be_paid_is_between_a_fen_and_all(fen: int, payoff: int, problem: str) -> None:
    assert amount_problem(amount_fen=fen, payoff_fen=payoff) == problem


def test_papers_name_a_day_as_pages_do_and_always_with_its_year() -> None:
    """In Chinese and in English, whatever the server's own form is."""
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    assert moment_on_paper(at, language="zh-Hans") == "2026年3月4日 05:06"
    assert moment_on_paper(at, language="en") == "4 March 2026 05:06"
