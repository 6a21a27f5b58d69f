"""Settlement: what a gateway's file says of each movement, and what it means when the books differ."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList


class LineKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    RETURNED = "returned"


LINE_KINDS = TermList(
    ("payment", "收款", "Payment"),
    ("refund", "退款", "Refund"),
    ("chargeback", "拒付", "Chargeback"),
    ("returned", "退款或拒付撤回", "Refund or chargeback undone"),
)


class Difference(StrEnum):
    UNKNOWN = "unknown"
    NOT_RECEIVED = "not_received"
    AMOUNT = "amount"
    NOT_SETTLED = "not_settled"
    NOT_REFUNDED = "not_refunded"


DIFFERENCES = TermList(
    ("unknown", "渠道有、我方无此付款", "Settled, and no such payment here"),
    ("not_received", "渠道已结算、我方未到账", "Settled, and not received here"),
    ("amount", "金额或币种不符", "Amount or currency differs"),
    ("not_settled", "我方已到账、渠道未结算", "Received here, and not settled"),
    ("not_refunded", "渠道已退款、我方未记退款", "Sent back, and not recorded here"),
)

# These take money from what the gateway owes the bank; the others bring it.
SENT_BACK = frozenset({LineKind.REFUND, LineKind.CHARGEBACK})

# A payment of a day stands in the gateway's file of that day or the next; what is later is missed.
SETTLED_WITHIN = timedelta(days=2)


class BadFileError(Exception):
    """A settlement file cannot be read; the message says which line and why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One movement of a settlement file, in the one form every gateway's is translated to. Fen; gross is positive."""

    line_reference: str
    kind: LineKind
    reference: str
    gross_fen: int
    fee_fen: int
    currency: str
    at: datetime
