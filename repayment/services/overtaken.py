"""Payments that another one has overtaken: the money has come another way, and the order is closed at its gateway."""

from datetime import datetime

from repayment.domain.orders import GatewayUnreachableError
from repayment.selectors import overtaken as selectors
from repayment.services import notices

REASON = "overtaken"


def close(*, now: datetime, limit: int = 200) -> int:
    """Close the orders nobody needs to pay any more, and return how many; one that was paid all the same stays paid.

    A gateway that is not certain is asked again by the next sweep.
    """
    closed = 0
    for payment in selectors.candidates(limit=limit):
        if not selectors.is_overtaken(payment, now=now):
            continue
        try:
            notices.settle_from_answer(payment=payment, now=now, reason=REASON)
        except GatewayUnreachableError:
            continue
        closed += 1
    return closed
