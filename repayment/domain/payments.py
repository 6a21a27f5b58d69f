"""Payments: their states, what may follow what, what they are for, and the limits of an amount."""

from datetime import timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList


class PaymentState(StrEnum):
    STARTED = "started"
    IN_FLIGHT = "in_flight"
    RECEIVED = "received"
    POSTED = "posted"
    FAILED = "failed"
    REVERSED = "reversed"
    REFUNDED = "refunded"
    UNIDENTIFIED = "unidentified"


PAYMENT_STATES = TermList(
    ("started", "已发起", "Started"),
    ("in_flight", "处理中", "In progress"),
    ("received", "已到账待入账", "Received, to be posted"),
    ("posted", "已入账", "Posted"),
    ("failed", "失败", "Failed"),
    ("reversed", "冲正", "Reversed"),
    ("refunded", "退款", "Refunded"),
    ("unidentified", "挂账待认领", "Held, not yet identified"),
)

_S = PaymentState
# Money that comes after a payment was given up is still the customer's: failed leads on to received.
TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    _S.STARTED: frozenset({_S.IN_FLIGHT, _S.RECEIVED, _S.FAILED, _S.UNIDENTIFIED}),
    _S.IN_FLIGHT: frozenset({_S.RECEIVED, _S.FAILED, _S.UNIDENTIFIED}),
    _S.RECEIVED: frozenset({_S.POSTED, _S.REVERSED, _S.REFUNDED}),
    _S.POSTED: frozenset({_S.REVERSED, _S.REFUNDED}),
    _S.FAILED: frozenset({_S.RECEIVED, _S.UNIDENTIFIED}),
    _S.REVERSED: frozenset(),
    _S.REFUNDED: frozenset(),
    _S.UNIDENTIFIED: frozenset({_S.RECEIVED, _S.REFUNDED}),
}

# While a payment is open, a second one for the same account is refused.
OPEN = frozenset({_S.STARTED, _S.IN_FLIGHT})
# The bank has the money of these, or is about to: while one stands, nothing else is paid or agreed on its account.
UNDER_WAY = OPEN | {_S.UNIDENTIFIED}
SETTLED = frozenset({_S.RECEIVED, _S.POSTED})
# The gateway has had the money of these, whatever has become of it since.
HAD_MONEY = SETTLED | {_S.REVERSED, _S.REFUNDED, _S.UNIDENTIFIED}


class PaymentPurpose(StrEnum):
    PLAN_INSTALMENT = "plan_instalment"
    PROMISE_PART = "promise_part"
    OVERDUE = "overdue"
    MINIMUM = "minimum"
    INSTALMENT = "instalment"
    PAYOFF = "payoff"
    OTHER = "other"


PAYMENT_PURPOSES = TermList(
    ("plan_instalment", "还款安排本期", "Plan instalment"),
    ("promise_part", "约定还款", "Agreed payment"),
    ("overdue", "逾期金额", "Overdue amount"),
    ("minimum", "最低还款额", "Minimum payment"),
    ("instalment", "本期应还", "Instalment"),
    ("payoff", "结清金额", "Payoff"),
    ("other", "其他金额", "Other amount"),
)

# Holds under which the bank no longer takes money here: the debt is another's, or a court's or an heir's matter.
CLOSED_TO_US = frozenset({"assigned", "deceased", "bankruptcy"})

# How long the gateway takes the customer's money for one order, and when silence afterwards is an alarm.
ORDER_LIVES = timedelta(minutes=15)
SILENT_AFTER = timedelta(minutes=20)
SMALLEST_FEN = 1


def amount_problem(*, amount_fen: int, payoff_fen: int) -> str:
    """Return the code of what is wrong with an amount to pay, or an empty text."""
    if amount_fen < SMALLEST_FEN:
        return "amount_too_small"
    if payoff_fen <= 0:
        return "nothing_to_pay"
    if amount_fen > payoff_fen:
        return "amount_above_payoff"
    return ""


def may_follow(*, old: str, new: str) -> bool:
    """Return whether a payment in one state may move to the other."""
    return PaymentState(new) in TRANSITIONS[PaymentState(old)]


# A part of something: one day's, or the next ones. What comes another way pays the oldest part, which is this one.
_PARTS = frozenset({PaymentPurpose.PLAN_INSTALMENT, PaymentPurpose.PROMISE_PART, PaymentPurpose.INSTALMENT})


def still_due(
    *, purpose: str, amount_fen: int, other_fen: int, overdue_fen: int, minimum_fen: int, payoff_fen: int
) -> int:
    """Return how much is still due of what a payment of an amount is for, in fen: never more than the payoff.

    ``other_fen`` has come another way since the payment was begun.
    """
    if purpose in _PARTS:
        return min(max(amount_fen - other_fen, 0), payoff_fen)
    named = {PaymentPurpose.OVERDUE: overdue_fen, PaymentPurpose.MINIMUM: minimum_fen}
    return min(named.get(PaymentPurpose(purpose), payoff_fen), payoff_fen)
