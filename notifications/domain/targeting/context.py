"""A customer's features as the numbers a choice is computed from. Bounded, few, and each with a name."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from collections_app.domain.terms import TermList
from notifications.domain.targeting.features import PERMILLE, Observed

Numbers = NDArray[np.float64]

# One number of a context each, in this order. A snapshot learnt under another list is not used.
NUMBERS = TermList(
    ("base", "基准", "Base"),
    ("mobile_share", "手机还款占比", "Share of payments made by mobile"),
    ("payments", "还款活跃度", "Payments made"),
    ("salary_near", "距发薪日远近", "Nearness of the salary day"),
    ("autodebit", "自动扣款", "Automatic debit"),
    ("loan", "有贷款", "Has a loan"),
    ("card", "有信用卡", "Has a card"),
    ("instalment_share", "下期应还占余额比", "Next instalment relative to the balance"),
    ("answers_early", "习惯上午应答", "Answers in the morning"),
    ("answers_late", "习惯傍晚应答", "Answers in the evening"),
)
_MANY_PAYMENTS = 12
_MONTH = 30
_NOON, _EVENING = 12, 17


def context(seen: Observed, *, on: date) -> list[float]:
    """Return the numbers of a customer on a day, each between 0 and 1; what is not known is in the middle or 0."""
    hour = seen.answer_hour
    return [
        1.0,
        _share(seen.mobile_share, unknown=0.5),
        min(seen.payments, _MANY_PAYMENTS) / _MANY_PAYMENTS,
        _salary_near(seen.salary_day, on),
        float(seen.autodebit),
        float(seen.product in {"loan", "both"}),
        float(seen.product in {"card", "both"}),
        _share(seen.instalment_share, unknown=0.0),
        float(hour is not None and hour < _NOON),
        float(hour is not None and hour >= _EVENING),
    ]


def matrix(contexts: Sequence[Sequence[float]]) -> Numbers:
    """Return contexts as rows of one matrix."""
    return np.array(contexts, dtype=np.float64).reshape(len(contexts), len(NUMBERS))


def _share(permille: int | None, *, unknown: float) -> float:
    return unknown if permille is None else min(max(permille, 0), PERMILLE) / PERMILLE


def _salary_near(salary_day: int | None, on: date) -> float:
    """Return 1 on the salary day and less each day after it, until the next."""
    if salary_day is None:
        return 0.5
    return 1 - ((on.day - salary_day) % _MONTH) / _MONTH
