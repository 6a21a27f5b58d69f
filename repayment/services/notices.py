"""What gateways tell: verified, logged whatever it says, and applied once."""

import logging
from datetime import datetime
from urllib.parse import parse_qsl

from django.db import transaction

from collections_app.services import alerts
from repayment.domain.notices import NoticeRefusedError, Outcome, VerifiedNotice
from repayment.domain.orders import GatewayUnreachableError, RawNotice
from repayment.domain.payments import OPEN, PaymentState, may_follow
from repayment.gateways import registry
from repayment.models import GatewayNotice, Payment
from repayment.selectors import payments as selectors
from repayment.services import moves

# What is kept of a notification: enough to see what somebody tried, not enough to fill the disk.
_MOST_FIELDS = 20
_LONGEST_VALUE = 200
# A gateway may give an order the same reference when it is given up and when it is paid after all.
_UNPAID = OPEN | {PaymentState.FAILED}
_log = logging.getLogger(__name__)


def settle_from_notice(*, gateway: str, notice: RawNotice, now: datetime) -> str:
    """Apply a gateway's notification and return the verdict it is logged with (domain.notices.VERDICTS).

    A forged, stale or unknown one changes nothing; a repeated one changes nothing again.
    """
    fields = _fields(notice.body)
    try:
        verified = registry.gateway_named(gateway).verify(notice=notice, now=now)
    except NoticeRefusedError as error:
        _log.warning("a notification of %s was refused: %s", gateway, error.reason)
        GatewayNotice.objects.create(
            gateway=gateway, verdict=error.reason, fields=fields, address=notice.address, at=now
        )
        return error.reason
    return _apply(gateway=gateway, verified=verified, fields=fields, address=notice.address, asked=False, now=now)


def settle_from_answer(*, payment: Payment, now: datetime) -> str:
    """Close an open payment's order at its gateway, apply how it ended, and return the verdict.

    Raise GatewayUnreachableError when the gateway does not say: then nothing is known, and nothing changes.
    """
    try:
        verified = registry.gateway_named(payment.gateway).close(reference=payment.reference, now=now)
    except KeyError as error:
        raise GatewayUnreachableError(payment.gateway) from error
    fields = {"outcome": verified.outcome.value, "gateway_reference": verified.gateway_reference}
    return _apply(gateway=payment.gateway, verified=verified, fields=fields, address=None, asked=True, now=now)


@transaction.atomic(durable=True)
def _apply(
    *, gateway: str, verified: VerifiedNotice, fields: dict[str, str], address: str | None, asked: bool, now: datetime
) -> str:
    payment_id = Payment.objects.filter(reference=verified.reference).values_list("id", flat=True).first()
    payment = moves.lock(payment_id=payment_id, now=now) if payment_id is not None else None
    verdict = "unknown_payment" if payment is None else _move(payment, gateway, verified, now)
    GatewayNotice.objects.create(
        gateway=gateway, payment=payment, verdict=verdict, fields=fields, asked=asked, address=address, at=now
    )
    if verdict in {"unknown_payment", "amount_differs", "out_of_order"} and verified.outcome is Outcome.PAID:
        alerts.raise_alert(
            kind="payment_mismatch", detail={"reference": verified.reference, "verdict": verdict}, now=now
        )
    return verdict


def _move(payment: Payment, gateway: str, verified: VerifiedNotice, now: datetime) -> str:
    """Move a locked payment as a believed notification says, and return the verdict."""
    if payment.gateway != gateway:
        return "other_gateway"
    if selectors.is_reference_of_another(payment=payment, gateway_reference=verified.gateway_reference):
        return "out_of_order"
    if verified.outcome is not Outcome.PAID:
        return _give_up(payment, verified, now)
    if payment.gateway_reference == verified.gateway_reference and payment.state not in _UNPAID:
        return "repeated"
    if (verified.amount_fen, verified.currency) != (payment.amount_fen, payment.currency):
        if not may_follow(old=payment.state, new=PaymentState.UNIDENTIFIED):
            return "out_of_order"
        moves.hold_unidentified_within(payment=payment, gateway_reference=verified.gateway_reference, now=now)
        return "amount_differs"
    if payment.state == PaymentState.UNIDENTIFIED or not may_follow(old=payment.state, new=PaymentState.RECEIVED):
        return "out_of_order"
    moves.receive_within(payment=payment, gateway_reference=verified.gateway_reference, now=now)
    return "accepted"


def _give_up(payment: Payment, verified: VerifiedNotice, now: datetime) -> str:
    if verified.outcome is Outcome.OPEN:
        return "out_of_order"
    if payment.state == PaymentState.FAILED:
        return "repeated"
    if payment.state not in OPEN:
        return "out_of_order"
    moves.fail_within(
        payment=payment,
        reason=verified.outcome.value,
        now=now,
        gateway_reference=verified.gateway_reference,
    )
    return "accepted"


def _fields(body: bytes) -> dict[str, str]:
    pairs = parse_qsl(body[:4000].decode("utf-8", errors="replace"), keep_blank_values=True)
    # The database keeps no NUL, neither in a value nor in a name.
    kept = [(name.replace("\x00", ""), value.replace("\x00", "")) for name, value in pairs[:_MOST_FIELDS]]
    return {name[:40]: value[:_LONGEST_VALUE] for name, value in kept}
