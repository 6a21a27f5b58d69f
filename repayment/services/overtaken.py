"""Payments that another one has overtaken: the money has come another way, and the order is closed at its gateway."""

from datetime import datetime

from repayment.selectors import overtaken as selectors
from repayment.selectors import payments
from repayment.services.asking import Asking

REASON = "overtaken"


def close(*, now: datetime, limit: int = 200, asking: Asking | None = None) -> int:
    """Close the orders nobody needs to pay any more, and return how many; one that was paid all the same stays paid.

    Of each gateway so many at most. A gateway that is not certain is asked again by the next sweep. ``asking`` is the
    run this is part of.
    """
    run = asking or Asking(now=now)
    closed = 0
    for gateway in payments.gateways_open():
        for payment in selectors.candidates(gateway=gateway, limit=limit):
            if not run.may_ask(gateway):
                break
            with run.faults.kept(payment.pk):
                if selectors.is_overtaken(payment, now=now):
                    # Before its payer has opened the cashier, a gateway may have nothing it could close.
                    closed += run.about(payment, reason=REASON, must_be_certain=False)
    if asking is None:
        run.faults.tell()
    return closed
