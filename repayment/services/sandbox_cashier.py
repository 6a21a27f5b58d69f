"""What happens at the sandbox cashier. Demo and tests only: production has no such gateway."""

from collections.abc import Mapping
from datetime import datetime

from repayment.domain import signatures
from repayment.domain.notices import Outcome
from repayment.domain.payments import ORDER_LIVES
from repayment.gateways.sandbox import book, delivery
from repayment.gateways.sandbox.gateway import order_key
from repayment.models import SandboxOrder

MOST_REPEATS = 10


def order_fault(fields: Mapping[str, str], *, now: datetime) -> str:
    """Return why the cashier does not serve an order: ``bad_signature``, ``stale`` or ``expired``; else empty."""
    if fault := signatures.fault(fields, key=order_key(), now=now, oldest=ORDER_LIVES):
        return fault
    expires_at = datetime.fromisoformat(fields["expires_at"])
    return "expired" if expires_at <= now else ""


def close(*, fields: Mapping[str, str], outcome: Outcome, repeats: int, now: datetime) -> SandboxOrder:
    """Pay, cancel or refuse a signed order, and send the notification; the second time, only send it again."""
    order = book.close(
        reference=fields["reference"],
        outcome=outcome,
        now=now,
        amount_fen=int(fields["amount_fen"]),
        currency=fields["currency"],
    )
    times = 1 + min(max(repeats, 0), MOST_REPEATS)
    delivery.send_later(url=fields["notify_url"], body=delivery.notification(order, now=now), times=times)
    return order
