"""The cashier's own book. It stands for another company's database: only this folder writes it."""

import secrets
from datetime import datetime

from django.db import transaction

from repayment.domain.notices import Outcome
from repayment.models import SandboxOrder


def close(*, reference: str, outcome: Outcome, now: datetime, amount_fen: int = 0, currency: str = "") -> SandboxOrder:
    """Return an order with how it ended: as it did before, else with the outcome given now.

    An order the cashier has never seen is closed unseen, so that nobody can pay it later.
    """
    with transaction.atomic():
        order, _made = SandboxOrder.objects.select_for_update().get_or_create(
            reference=reference,
            defaults={
                "gateway_reference": f"SB{secrets.token_hex(10).upper()}",
                "amount_fen": amount_fen,
                "currency": currency,
                "created_at": now,
            },
        )
        if order.outcome == Outcome.OPEN:
            order.outcome = outcome.value
            order.closed_at = now
            order.save(update_fields=["outcome", "closed_at"])
    return order


def find(*, reference: str) -> SandboxOrder | None:
    """Return an order as the book has it, or None when the cashier has not closed it yet."""
    return SandboxOrder.objects.filter(reference=reference).first()


def refund(*, reference: str, fen: int, now: datetime) -> SandboxOrder:
    """Send back a part of a paid order, or all of it. Raise ValueError when so much is not there any more."""
    with transaction.atomic():
        order = SandboxOrder.objects.select_for_update().get(reference=reference)
        if order.outcome != Outcome.PAID or not 0 < fen <= order.amount_fen - order.refunded_fen:
            raise ValueError("there is not so much to send back")
        order.refunds.append([fen, now.isoformat()])
        order.save(update_fields=["refunds"])
    return order


def dispute(*, reference: str, standing: str) -> SandboxOrder:
    """Let the payer's bank dispute a paid order, or end that: ``open``, ``won`` or ``lost``."""
    with transaction.atomic():
        order = SandboxOrder.objects.select_for_update().get(reference=reference, outcome=Outcome.PAID)
        order.dispute = standing
        order.save(update_fields=["dispute"])
    return order
