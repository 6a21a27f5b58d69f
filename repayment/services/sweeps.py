"""What must not stay silent: payments no gateway has spoken of, and what the core has made of the others."""

from datetime import datetime
from functools import partial

from django.db import transaction

from collections_app.services import alerts
from collections_app.services.alone import alone
from collections_app.services.sweeps import each
from repayment.domain.payments import SILENT_AFTER, PaymentState, may_follow
from repayment.models import Payment
from repayment.selectors import payments as selectors
from repayment.services import moves, overtaken
from repayment.services.asking import Asking

# The advisory lock of whoever asks gateways alone ("PAYA" in ASCII).
_ALONE = 0x50415941


def ask_gateways(*, now: datetime) -> int:
    """Close what is paid another way and ask about silent payments; return how many gateways have answered about.

    One run at a time, because a gateway may be slow: while another run asks, nothing is done and 0 returned.
    """
    with alone(_ALONE) as free:
        if not free:
            return 0
        asking = Asking(now=now)
        closed = overtaken.close(now=now, asking=asking)
        return closed + ask_about_silent(now=now, asking=asking)


def ask_about_silent(*, now: datetime, limit: int = 200, asking: Asking | None = None) -> int:
    """Ask the gateways about payments they have been silent on for too long, and return how many were asked about.

    Of each gateway so many at most. An order nobody paid is closed and the payment given up, so that the customer can
    pay again. Money that arrived without a notification, or a gateway that does not answer, raises an alert, which is
    cleared by a run in which no question stayed open. ``asking`` is the run this ends.
    """
    run = asking or Asking(now=now)
    asked = 0
    for gateway in selectors.gateways_open():
        for payment in selectors.silent(gateway=gateway, before=now - SILENT_AFTER, limit=limit):
            if not run.may_ask(gateway):
                break
            asked += 1
            if not run.about(payment):
                continue
            payment.refresh_from_db(fields=["state"])
            if payment.state == PaymentState.RECEIVED:
                alerts.raise_alert(kind="payment_notice_missing", detail={"reference": payment.reference}, now=now)
    run.end()
    return asked


def follow_postings(*, now: datetime, limit: int = 500) -> int:
    """Move received payments on to posted or reversed as the core has, and return how many."""
    return each(selectors.moved_in_core(now=now, limit=limit), partial(_follow, now=now))


@transaction.atomic(durable=True)
def _follow(moved: tuple[int, PaymentState], *, now: datetime) -> bool:
    payment_id, state = moved
    payment = moves.lock(payment_id=payment_id, now=now)
    if not may_follow(old=payment.state, new=state):
        return False
    Payment.objects.filter(pk=payment.pk).update(state=state)
    return True
