"""What happens to money after it came: it is refunded, whole or in part, or the payer disputes it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from collections_app.models import Entry
from collections_app.services import alerts, records
from collections_app.services import payments as ground
from collections_app.services.errors import RefusedError
from repayment.domain.notices import Outcome, VerifiedNotice
from repayment.domain.payments import SETTLED, PaymentState
from repayment.models import Payment
from repayment.services import moves

# Between a payment's reference and the number of the dispute that took money back.
_BY_DISPUTE = ".d"


def refund_within(*, payment: Payment, total_fen: int, now: datetime) -> str:
    """Take back what the gateway has refunded of a locked payment so far, and return the verdict.

    A gateway tells the sum of all refunds: one that comes twice, or late, moves nothing.
    """
    if payment.state == PaymentState.UNIDENTIFIED:
        return _return_held(payment, total_fen, now)
    # The gateway's sum is of refunds alone; what a lost dispute took back stands beside it.
    total_fen += _lost_fen(payment)
    if total_fen <= payment.refunded_fen:
        return "repeated"
    if payment.state not in SETTLED or total_fen > payment.amount_fen:
        return "out_of_order"
    return _taken_back(payment, total_fen, PaymentState.REFUNDED, f"{payment.reference}.{total_fen}", now)


def dispute_within(*, payment: Payment, verified: VerifiedNotice, now: datetime) -> str:
    """Note that the payer's bank asks the money back, or how that ended, on a locked payment; return the verdict.

    While it is disputed the money stands. When it is lost, it has gone back.
    """
    if verified.outcome is Outcome.DISPUTE_LOST:
        if payment.state not in SETTLED:
            return "repeated" if payment.state == PaymentState.REVERSED else "out_of_order"
        # Each dispute takes back once, by its own number, however often its end is told.
        own_reference = f"{payment.reference}{_BY_DISPUTE}{verified.detail[-16:]}"
        if Entry.objects.filter(reference=own_reference, kind="reversal").exists():
            return "repeated"
        total_fen = min(payment.refunded_fen + verified.amount_fen, payment.amount_fen)
        payment.disputed_at = None
        return _taken_back(payment, total_fen, PaymentState.REVERSED, own_reference, now)
    if payment.state not in SETTLED:
        return "out_of_order"
    opens = verified.outcome is Outcome.DISPUTED
    if opens == bool(payment.disputed_at):
        return "repeated"
    payment.disputed_at = now if opens else None
    payment.save(update_fields=["disputed_at"])
    records.append(
        customer=payment.customer,
        kind="payment.disputed" if opens else "payment.dispute_won",
        actor=records.SYSTEM,
        now=now,
        account_id=payment.account_id,
        payload={"amount_fen": verified.amount_fen},
    )
    if opens:
        alerts.raise_alert(
            kind="payment_disputed",
            detail={"reference": payment.reference},
            now=now,
            branch=payment.customer.branch,
        )
    return "accepted"


def _lost_fen(payment: Payment) -> int:
    """Return what lost disputes about parts of a payment have taken back, in fen."""
    rows = Entry.objects.filter(
        of_reference=payment.reference, kind="reversal", reference__startswith=payment.reference + _BY_DISPUTE
    )
    return rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def _taken_back(payment: Payment, total_fen: int, end: PaymentState, own_reference: str, now: datetime) -> str:
    """Take back the difference to what went back before, and return the verdict.

    When nothing is left, the payment has come to its end. What the books have taken back already by another way is
    out of order, and changes nothing.
    """
    part_fen = total_fen - payment.refunded_fen
    try:
        with transaction.atomic():
            ground.record_given_back_within(
                customer=payment.customer,
                reference=payment.reference,
                own_reference=payment.reference if part_fen == payment.amount_fen else own_reference,
                amount_fen=part_fen,
                occurred_at=now,
                now=now,
            )
    except RefusedError:
        payment.refresh_from_db()
        return "out_of_order"
    payment.refunded_fen = total_fen
    if total_fen == payment.amount_fen:
        payment.state = end
    payment.save(update_fields=["refunded_fen", "state", "disputed_at"])
    return "accepted"


def _return_held(payment: Payment, total_fen: int, now: datetime) -> str:
    if total_fen != payment.arrived_fen:
        return "out_of_order"
    moves.return_held_within(payment=payment, now=now)
    return "accepted"
