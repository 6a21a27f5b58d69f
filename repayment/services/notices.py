"""What gateways tell: verified, logged whatever it says, and applied once."""

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from django.db import transaction

from collections_app.services import alerts
from repayment.domain.notices import HAD_MONEY, NoticeRefusedError, Outcome, VerifiedNotice
from repayment.domain.orders import GatewayUnreachableError, RawNotice
from repayment.domain.payments import OPEN, PaymentState, may_follow
from repayment.gateways import registry
from repayment.models import GatewayNotice, Payment
from repayment.selectors import payments as selectors
from repayment.services import afterwards, moves, orders

# What is kept of a notification: enough to see what somebody tried, not enough to fill the disk.
_MOST_FIELDS = 20
_LONGEST_VALUE = 200
# What tells of an event's subject which one it is; what says who paid is not kept.
_TELLING = ("id", "client_reference_id", "payment_intent", "status", "payment_status", "amount_total", "currency")
# A gateway may give an order the same reference when it is given up and when it is paid after all.
_UNPAID = OPEN | {PaymentState.FAILED}
_log = logging.getLogger(__name__)


def settle_from_notice(*, gateway: str, notice: RawNotice, now: datetime) -> str:
    """Apply a gateway's notification once the gateway confirms it, and return the verdict it is logged with
    (domain.notices.VERDICTS).

    A forged, stale, unknown or unconfirmed one changes nothing; a repeated one changes nothing again.
    """
    fields = _fields(notice.body)
    try:
        verified = registry.gateway_named(gateway).verify(notice=notice, now=now)
    except NoticeRefusedError as error:
        _log.warning("a notification of %s was refused: %s", gateway, error.reason)
        return _refuse(gateway, error.reason, fields, notice.address, now)
    before: Sequence[VerifiedNotice] = ()
    payment = selectors.of_notice(gateway=gateway, verified=verified)
    if payment is not None and payment.gateway == gateway:
        try:
            said = registry.gateway_named(gateway).ask(order=orders.order_of(payment), notice=verified, now=now)
        except GatewayUnreachableError:
            return _refuse(gateway, "unconfirmed", fields, notice.address, now, payment)
        place = _place_of(verified, said)
        if place is None:
            alerts.raise_alert(
                kind="payment_mismatch", detail={"reference": payment.reference, "verdict": "unconfirmed"}, now=now
            )
            return _refuse(gateway, "unconfirmed", fields, notice.address, now, payment)
        before = said[:place]
    return _apply(
        gateway=gateway,
        payment=payment,
        verified=verified,
        before=before,
        fields=fields,
        address=notice.address,
        asked=False,
        now=now,
    )


def settle_from_answer(*, payment: Payment, now: datetime, reason: str = "") -> str:
    """Close an open payment's order at its gateway, apply how it ended, and return the verdict.

    ``reason`` is why it is closed, where that is not the gateway's own word.

    Raise GatewayUnreachableError when the gateway does not say: then nothing is known, and nothing changes.
    """
    try:
        verified = registry.gateway_named(payment.gateway).close(order=orders.order_of(payment), now=now)
    except KeyError as error:
        raise GatewayUnreachableError(payment.gateway) from error
    fields = {"outcome": verified.outcome.value, "gateway_reference": verified.gateway_reference}
    return _apply(
        gateway=payment.gateway,
        payment=payment,
        verified=verified,
        fields=fields,
        address=None,
        asked=True,
        reason=reason,
        now=now,
    )


def _refuse(
    gateway: str,
    verdict: str,
    fields: dict[str, str],
    address: str | None,
    now: datetime,
    payment: Payment | None = None,
) -> str:
    GatewayNotice.objects.create(
        gateway=gateway, payment=payment, verdict=verdict, fields=fields, address=address, at=now
    )
    return verdict


def _place_of(verified: VerifiedNotice, said: Sequence[VerifiedNotice]) -> int | None:
    """Return where the gateway's answer says what its notification did; of refunds it may know more by now."""
    for place, answer in enumerate(said):
        if (answer.outcome, answer.currency) != (verified.outcome, verified.currency):
            continue
        if answer.amount_fen == verified.amount_fen or verified.outcome not in HAD_MONEY:
            return place
        if verified.outcome is Outcome.REFUNDED and answer.amount_fen > verified.amount_fen:
            return place
    return None


@transaction.atomic(durable=True)
def _apply(
    *,
    gateway: str,
    payment: Payment | None,
    verified: VerifiedNotice,
    fields: dict[str, str],
    address: str | None,
    asked: bool,
    now: datetime,
    before: Sequence[VerifiedNotice] = (),
    reason: str = "",
) -> str:
    """Apply what a gateway said, after what it says came ``before``: that notification is late, or was lost."""
    locked = moves.lock(payment_id=payment.pk, now=now) if payment is not None else None
    if locked is not None:
        for earlier in before:
            _move(locked, gateway, earlier, now)
    verdict = "unknown_payment" if locked is None else _move(locked, gateway, verified, now, reason)
    GatewayNotice.objects.create(
        gateway=gateway, payment=locked, verdict=verdict, fields=fields, asked=asked, address=address, at=now
    )
    if verdict in {"unknown_payment", "amount_differs", "out_of_order"} and verified.outcome in HAD_MONEY:
        alerts.raise_alert(
            kind="payment_mismatch", detail={"reference": verified.reference, "verdict": verdict}, now=now
        )
    return verdict


def _move(payment: Payment, gateway: str, verified: VerifiedNotice, now: datetime, reason: str = "") -> str:
    """Move a locked payment as a believed notification says, and return the verdict."""
    if payment.gateway != gateway:
        return "other_gateway"
    if selectors.is_reference_of_another(payment=payment, gateway_reference=verified.gateway_reference):
        return "out_of_order"
    if verified.outcome is Outcome.REFUNDED:
        return afterwards.refund_within(payment=payment, total_fen=verified.amount_fen, now=now)
    if verified.outcome in {Outcome.DISPUTED, Outcome.DISPUTE_WON, Outcome.DISPUTE_LOST}:
        return afterwards.dispute_within(payment=payment, verified=verified, now=now)
    if verified.outcome is not Outcome.PAID:
        return _give_up(payment, verified, now, reason)
    if payment.gateway_reference == verified.gateway_reference and payment.state not in _UNPAID:
        return "repeated"
    if (verified.amount_fen, verified.currency) != (payment.amount_fen, payment.currency):
        if not may_follow(old=payment.state, new=PaymentState.UNIDENTIFIED):
            return "out_of_order"
        if not verified.amount_fen:
            # An order that ended with nothing paid: there is no money to hold, and the account can be paid again.
            if payment.state in OPEN:
                moves.fail_within(payment=payment, reason="nothing_arrived", now=now)
            return "amount_differs"
        moves.hold_unidentified_within(payment=payment, verified=verified, now=now)
        return "amount_differs"
    if payment.state == PaymentState.UNIDENTIFIED or not may_follow(old=payment.state, new=PaymentState.RECEIVED):
        return "out_of_order"
    moves.receive_within(payment=payment, gateway_reference=verified.gateway_reference, now=now)
    return "accepted"


def _give_up(payment: Payment, verified: VerifiedNotice, now: datetime, reason: str) -> str:
    if verified.outcome is Outcome.OPEN:
        return "out_of_order"
    if payment.state == PaymentState.FAILED:
        return "repeated"
    if payment.state not in OPEN:
        return "out_of_order"
    moves.fail_within(
        payment=payment,
        reason=reason or verified.outcome.value,
        now=now,
        gateway_reference=verified.gateway_reference,
    )
    return "accepted"


def _fields(body: bytes) -> dict[str, str]:
    """What is kept of a notification: its fields by name, of a form or of the outermost JSON object."""
    text = body[:16_000].decode("utf-8", errors="replace")
    try:
        read = json.loads(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        read = None
    if isinstance(read, dict):
        thing = read.get("data", {}).get("object", {}) if isinstance(read.get("data"), dict) else {}
        of_thing = {f"object.{name}": thing.get(name) for name in _TELLING} if isinstance(thing, dict) else {}
        flat = {**read, **of_thing}
        pairs = [(str(name), str(value)) for name, value in flat.items() if isinstance(value, str | int)]
    else:
        pairs = parse_qsl(text[:4000], keep_blank_values=True)
    kept = [(_plain(name), _plain(value)) for name, value in pairs[:_MOST_FIELDS]]
    return {name[:40]: value[:_LONGEST_VALUE] for name, value in kept}


def _plain(text: str) -> str:
    """Return a text as the database keeps one: without NUL and without halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
