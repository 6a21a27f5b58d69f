"""Stripe Checkout as OneCase sees it: a session made once per order, signed events back, retrieved to confirm."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from django.conf import settings

from collections_app.domain.terms import Term
from repayment.domain.notices import NoticeRefusedError, Outcome, VerifiedNotice
from repayment.domain.orders import Begun, GatewayUnreachableError, Order, RawNotice
from repayment.domain.payments import PAYMENT_PURPOSES
from repayment.gateways.stripe.client import asking, client

# Those whose smallest unit is a hundredth: an amount in fen is Stripe's own.
CURRENCIES: frozenset[str] | None = frozenset({"CNY", "HKD", "USD", "EUR", "GBP", "SGD"})
CASHIER = Term("stripe", "Stripe 收银台", "Stripe's cashier")
# Stripe keeps no session shorter than thirty minutes; ours is closed by us when its time is over.
_SHORTEST = timedelta(minutes=31)
_OLDEST = timedelta(minutes=10)
_EXPANDED = ["payment_intent.latest_charge"]
# An inquiry that came to nothing has left the money where it is, as a dispute that was won.
_DISPUTES = {"lost": Outcome.DISPUTE_LOST} | dict.fromkeys(["won", "warning_closed", "prevented"], Outcome.DISPUTE_WON)


def start(*, order: Order, now: datetime) -> Begun:
    """Return the hosted page of the order's session; the idempotency key makes it one session however often asked."""
    with asking():
        session = client().v1.checkout.sessions.retrieve(order.handle) if order.handle else _session(order)
    if not session.url:
        raise GatewayUnreachableError("the session has ended")
    return Begun(session.url, session.id)


def verify(*, notice: RawNotice, now: datetime) -> VerifiedNotice:
    """Return what a signed event says, once its signature and age are right."""
    header = next((value for name, value in notice.headers.items() if name.lower() == "stripe-signature"), "")
    try:
        payload = notice.body.decode("utf-8")
        stripe.WebhookSignature.verify_header(payload, header, settings.STRIPE_WEBHOOK_SECRET)
        signed_at = int(dict(part.split("=", 1) for part in header.split(","))["t"])
        event = stripe.Webhook.construct_event_without_verification(payload)
    except stripe.SignatureVerificationError as error:
        raise NoticeRefusedError("bad_signature") from error
    except (ValueError, KeyError) as error:
        raise NoticeRefusedError("malformed") from error
    if not now - _OLDEST <= datetime.fromtimestamp(signed_at, UTC) <= now + _OLDEST:
        raise NoticeRefusedError("stale")
    try:
        return _of_event(event.type, event.data.object.to_dict())
    except (KeyError, TypeError, AttributeError) as error:
        raise NoticeRefusedError("malformed") from error


def ask(*, order: Order, notice: VerifiedNotice | None, now: datetime) -> Sequence[VerifiedNotice]:
    """Return how the session stands, what of its money went back, and whether the payer disputes it."""
    with asking():
        handle = order.handle or _session(order).id
        session = client().v1.checkout.sessions.retrieve(handle, params={"expand": _EXPANDED})
        found = [_of_session(session.to_dict())]
        intent = session.payment_intent
        charge = intent.latest_charge if isinstance(intent, stripe.PaymentIntent) else None
        if not isinstance(charge, stripe.Charge):
            return found
        if charge.amount_refunded:
            found.append(_of_event("charge.refunded", charge.to_dict()))
        if charge.disputed:
            disputes = client().v1.disputes.list(params={"payment_intent": found[0].gateway_reference})
            found += [_of_event("charge.dispute.updated", dispute.to_dict()) for dispute in disputes.data]
        return found


def close(*, order: Order, now: datetime) -> VerifiedNotice:
    """Expire the session unless it is paid, and return how it ended."""
    if not order.handle and now >= order.begun_at + _SHORTEST:
        # Nobody was given its address, and Stripe makes no session that would have ended by now.
        return VerifiedNotice(order.reference, "", Outcome.CANCELLED, order.amount_fen, order.currency)
    with asking():
        handle = order.handle or _session(order).id
        try:
            session = client().v1.checkout.sessions.expire(handle)
        except stripe.InvalidRequestError:
            # It has ended already: complete or expired.
            session = client().v1.checkout.sessions.retrieve(handle)
        return _of_session(session.to_dict())


def _session(order: Order) -> stripe.checkout.Session:
    name = PAYMENT_PURPOSES[order.subject].text(order.language)
    with asking():
        return client().v1.checkout.sessions.create(
            params={
                "mode": "payment",
                # Money that takes days could neither be confirmed nor given up while it is on its way.
                "allowed_payment_method_types": ["card", "alipay", "wechat_pay"],
                "client_reference_id": order.reference,
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": order.currency.lower(),
                            "unit_amount": order.amount_fen,
                            "product_data": {"name": name},
                        },
                    }
                ],
                "payment_intent_data": {"metadata": {"reference": order.reference}},
                "success_url": order.return_url,
                "cancel_url": order.return_url,
                "expires_at": int((order.begun_at + _SHORTEST).timestamp()),
                "locale": "zh" if order.language.startswith("zh") else "en",
            },
            options={"idempotency_key": f"onecase-{order.reference}"},
        )


def _of_event(kind: str, thing: Mapping[str, Any]) -> VerifiedNotice:
    """Translate an event. Raise NoticeRefusedError with ``irrelevant`` for one that says nothing of an order."""
    if kind in {"checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.expired"}:
        return _of_session(thing)
    if kind == "checkout.session.async_payment_failed":
        return _notice(thing["client_reference_id"], thing["payment_intent"], Outcome.FAILED, 0, thing["currency"])
    if kind == "charge.refunded":
        of = thing.get("metadata", {}).get("reference", "")
        return _notice(of, thing["payment_intent"], Outcome.REFUNDED, thing["amount_refunded"], thing["currency"])
    if kind.startswith("charge.dispute."):
        outcome = _DISPUTES.get(thing["status"], Outcome.DISPUTED)
        return _notice("", thing["payment_intent"], outcome, thing["amount"], thing["currency"], thing["id"])
    raise NoticeRefusedError("irrelevant")


def _of_session(session: Mapping[str, Any]) -> VerifiedNotice:
    intent = session.get("payment_intent") or session["id"]
    name = intent["id"] if isinstance(intent, Mapping) else str(intent)
    if session.get("payment_status") == "paid":
        outcome = Outcome.PAID
    elif session.get("status") == "expired":
        outcome = Outcome.CANCELLED
    else:
        # Open, or complete with a method whose money takes days: neither paid nor given up.
        outcome = Outcome.OPEN
    return _notice(
        session["client_reference_id"], name, outcome, session.get("amount_total") or 0, session.get("currency") or ""
    )


def _notice(
    reference: str, gateway_reference: Any, outcome: Outcome, amount_fen: int, currency: str, detail: str = ""
) -> VerifiedNotice:
    return VerifiedNotice(reference or "", str(gateway_reference), outcome, int(amount_fen), currency.upper(), detail)
