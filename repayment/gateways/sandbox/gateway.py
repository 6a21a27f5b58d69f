"""The sandbox gateway as OneCase sees it: a signed redirect there, a signed notification back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.crypto import salted_hmac

from collections_app.domain.terms import Term
from repayment.domain import signatures
from repayment.domain.notices import NoticeRefusedError, Outcome, VerifiedNotice
from repayment.domain.orders import Begun, Order, RawNotice
from repayment.gateways.sandbox import book
from repayment.models import SandboxOrder

CURRENCIES: frozenset[str] | None = None
CASHIER = Term("sandbox", "银行收银台", "the bank's cashier")
DISPUTES = {"open": Outcome.DISPUTED, "won": Outcome.DISPUTE_WON, "lost": Outcome.DISPUTE_LOST}


def _key(direction: str) -> bytes:
    """One key for each direction, so that an order can never be played back as a notification."""
    return salted_hmac("repayment.gateways.sandbox", direction, algorithm="sha256").digest()


def order_key() -> bytes:
    """Return the key that signs orders."""
    return _key("order")


def notice_key() -> bytes:
    """Return the key that signs notifications."""
    return _key("notice")


def start(*, order: Order, now: datetime) -> Begun:
    """Return the cashier's address with the order's signed fields."""
    fields = {
        "reference": order.reference,
        "amount_fen": str(order.amount_fen),
        "currency": order.currency,
        "payee": order.payee,
        "subject": order.subject,
        "return_url": order.return_url,
        "notify_url": order.notify_url,
        "expires_at": order.expires_at.astimezone(UTC).isoformat(),
    }
    signed = signatures.sign(fields, key=order_key(), at=now)
    return Begun(f"{reverse('repayment:sandbox_cashier')}?{urlencode(signed)}")


def verify(*, notice: RawNotice, now: datetime) -> VerifiedNotice:
    """Return what a notification of the cashier's says, once its signature and age are right."""
    try:
        fields = dict(parse_qsl(notice.body.decode("ascii"), strict_parsing=True, max_num_fields=20))
    except ValueError as error:
        raise NoticeRefusedError("malformed") from error
    if fault := signatures.fault(fields, key=notice_key(), now=now):
        raise NoticeRefusedError(fault)
    return _read(fields)


def ask(*, order: Order, notice: VerifiedNotice | None, now: datetime) -> Sequence[VerifiedNotice]:
    """Return what the cashier's book has of an order; an order it has never seen is nothing."""
    found = book.find(reference=order.reference)
    if found is None:
        return []
    said = [_said(found, Outcome(found.outcome), found.amount_fen)]
    if found.refunded_fen:
        said.append(_said(found, Outcome.REFUNDED, found.refunded_fen))
    if found.dispute:
        said.append(_said(found, DISPUTES[found.dispute], found.amount_fen))
    return said


def close(*, order: Order, now: datetime) -> VerifiedNotice:
    """Close the order at the cashier unless it is paid, and return how it ended."""
    found = book.close(reference=order.reference, outcome=Outcome.CANCELLED, now=now)
    return _said(found, Outcome(found.outcome), found.amount_fen)


def _said(order: SandboxOrder, outcome: Outcome, amount_fen: int) -> VerifiedNotice:
    return VerifiedNotice(order.reference, order.gateway_reference, outcome, amount_fen, order.currency)


def _read(fields: Mapping[str, str]) -> VerifiedNotice:
    try:
        return VerifiedNotice(
            reference=fields["reference"],
            gateway_reference=fields["gateway_reference"],
            outcome=Outcome(fields["outcome"]),
            amount_fen=int(fields["amount_fen"]),
            currency=fields["currency"],
        )
    except (KeyError, ValueError) as error:
        raise NoticeRefusedError("malformed") from error
