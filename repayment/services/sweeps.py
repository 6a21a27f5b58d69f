"""What must not stay silent: payments no gateway has spoken of, and what the core has made of the others."""

from datetime import datetime

from django.db import transaction

from collections_app.services import alerts
from repayment.domain.orders import GatewayUnreachableError
from repayment.domain.payments import SILENT_AFTER, PaymentState, may_follow
from repayment.models import Payment
from repayment.selectors import payments as selectors
from repayment.services import moves, notices


def ask_about_silent(*, now: datetime, limit: int = 200) -> int:
    """Ask the gateways about payments they have been silent on for too long, and return how many.

    An order nobody paid is closed and the payment given up, so that the customer can pay again. Money that
    arrived without a notification, or a gateway that does not answer, raises an alert.
    """
    asked = 0
    unanswered = []
    for payment in selectors.silent(before=now - SILENT_AFTER, limit=limit):
        asked += 1
        try:
            notices.settle_from_answer(payment=payment, now=now)
        except GatewayUnreachableError:
            unanswered.append(payment.reference)
            continue
        payment.refresh_from_db(fields=["state"])
        if payment.state == PaymentState.RECEIVED:
            alerts.raise_alert(kind="payment_notice_missing", detail={"reference": payment.reference}, now=now)
    if unanswered:
        alerts.raise_alert(kind="gateway_silent", detail={"payments": len(unanswered), "first": unanswered[0]}, now=now)
    elif asked:
        alerts.clear(kind="gateway_silent", now=now)
    return asked


def follow_postings(*, now: datetime, limit: int = 500) -> int:
    """Move received payments on to posted or reversed as the core has, and return how many."""
    moved = 0
    for payment_id, state in selectors.moved_in_core(limit=limit):
        with transaction.atomic(durable=True):
            payment = moves.lock(payment_id=payment_id, now=now)
            if may_follow(old=payment.state, new=state):
                Payment.objects.filter(pk=payment.pk).update(state=state)
                moved += 1
    return moved
