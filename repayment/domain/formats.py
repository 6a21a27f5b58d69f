"""Money and days as customers read them: in full, never abbreviated, in the language's own form."""

from datetime import date

from collections_app.domain.allocation import COMPONENTS, Split
from collections_app.domain.money import yuan_text
from collections_app.domain.paper_days import MONTHS_EN

_NAMES_ZH = {"CNY": "元", "HKD": "港元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "SGD": "新加坡元"}
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def money_text(fen: int, *, currency: str, language: str) -> str:
    """Return an amount as a customer reads it: ``2,000.00 元``, ``CNY 2,000.00``."""
    if language.startswith("zh") and currency in _NAMES_ZH:
        return f"{yuan_text(fen)} {_NAMES_ZH[currency]}"
    return f"{currency} {yuan_text(fen)}"


def split_text(split: Split, *, currency: str, language: str) -> str:
    """Return how a payment counts, component by component: ``费用 20.00 元，利息 30.00 元``."""
    return ("，" if language.startswith("zh") else ", ").join(split_texts(split, currency=currency, language=language))


def split_texts(split: Split, *, currency: str, language: str) -> list[str]:
    """Return how a payment counts, each component by itself."""
    return [
        f"{COMPONENTS[name].text(language)} {money_text(fen, currency=currency, language=language)}"
        for name, fen in split.parts()
    ]


def day_text(day: date, *, today: date, language: str) -> str:
    """Return a day with its weekday, and with its year when that is not this year's."""
    if language.startswith("zh"):
        year = "" if day.year == today.year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日（周{_WEEKDAYS_ZH[day.weekday()]}）"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}{year}"


def account_text(*, product: str, tail: str, language: str) -> str:
    """Return an account as its customer knows it: the product and its last four digits."""
    if language.startswith("zh"):
        return f"{'信用卡' if product == 'card' else '贷款'}（尾号 {tail}）"
    return f"{'Credit card' if product == 'card' else 'Loan'} ending in {tail}"
