"""What a gateway tells about a payment, in the one form every gateway is translated to."""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList


class Outcome(StrEnum):
    """What happened to an order at the gateway. ``open`` is only ever an answer to a question."""

    PAID = "paid"
    CANCELLED = "cancelled"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class VerifiedNotice:
    """A notification whose signature, age and form the gateway's own code has verified. Amount in fen."""

    reference: str
    gateway_reference: str
    outcome: Outcome
    amount_fen: int
    currency: str


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
    ("out_of_order", "状态不符", "Does not follow"),
)
