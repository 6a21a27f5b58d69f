"""What a gateway tells about a payment, in the one form every gateway is translated to."""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList


class Outcome(StrEnum):
    """What happened to an order at the gateway. ``open`` is only ever an answer to a question.

    What happens after the money came goes on from ``paid``: with ``refunded`` the amount is all that went back so far.
    """

    PAID = "paid"
    CANCELLED = "cancelled"
    FAILED = "failed"
    OPEN = "open"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


@dataclass(frozen=True, slots=True)
class VerifiedNotice:
    """A notification whose signature, age and form the gateway's own code has verified. Amount in fen.

    ``reference`` is empty where the gateway names only its own; ``detail`` is its number of a refund or dispute.
    """

    reference: str
    gateway_reference: str
    outcome: Outcome
    amount_fen: int
    currency: str
    detail: str = ""


# A gateway that says one of these has had the money.
HAD_MONEY = frozenset({Outcome.PAID, Outcome.REFUNDED, Outcome.DISPUTED, Outcome.DISPUTE_WON, Outcome.DISPUTE_LOST})


class NoticeRefusedError(Exception):
    """The notification is not to be believed; ``reason`` is the code that goes into the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


VERDICTS = TermList(
    ("accepted", "已采用", "Accepted"),
    ("repeated", "重复通知", "Repeated"),
    ("bad_signature", "签名不符", "Bad signature"),
    ("stale", "已过时效", "Stale"),
    ("malformed", "格式错误", "Malformed"),
    ("unknown_payment", "无此付款", "No such payment"),
    ("other_gateway", "渠道不符", "Another gateway's payment"),
    ("amount_differs", "金额不符", "Amount differs"),
    ("irrelevant", "无关通知", "About no order"),
    ("unconfirmed", "渠道查询未证实", "The gateway does not confirm it"),
    ("out_of_order", "状态不符", "Does not follow"),
)
