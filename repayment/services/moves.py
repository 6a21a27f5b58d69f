"""Moving one locked payment from state to state, with what it means for the record."""

from datetime import datetime

from collections_app.models import Journal
from collections_app.services import alerts, journal, records
from collections_app.services import payments as ground
from repayment.domain.notices import VerifiedNotice
from repayment.domain.payments import PaymentState
from repayment.models import Payment


def lock(*, payment_id: int, now: datetime) -> Payment:
    """Lock a payment after its customer's row, and return it. Must run inside a transaction."""
    customer_id = Payment.objects.values_list("customer_id", flat=True).get(pk=payment_id)
    customer = records.lock(customer_id=customer_id, now=now)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    payment.customer = customer
    return payment


def receive_within(*, payment: Payment, gateway_reference: str, now: datetime, identified: bool = False) -> None:
    """Mark a locked payment received and put the money on the record; ``identified`` when it differs from its order."""
    owed_fen = payment.account.payoff_fen
    payment.state = PaymentState.RECEIVED
    payment.gateway_reference = gateway_reference
    payment.failure = ""
    payment.settled_at = now
    payment.save(update_fields=["state", "gateway_reference", "failure", "settled_at"])
    ground.record_received_within(
        customer=payment.customer,
        account_id=payment.account_id,
        amount_fen=payment.amount_fen,
        channel="web",
        reference=payment.reference,
        occurred_at=now,
        now=now,
        through=payment.gateway,
        identified=identified,
    )
    if payment.amount_fen > owed_fen:
        # It came although somebody had paid otherwise: what is beyond is the customer's, and goes back.
        alerts.raise_alert(
            kind="paid_beyond", detail={"reference": payment.reference}, now=now, branch=payment.customer.branch
        )
    if payment.account.closed_in_core:
        # The money is the customer's, whatever has become of the account: it is booked, and somebody must see to it.
        alerts.raise_alert(
            kind="paid_closed_account", detail={"reference": payment.reference}, now=now, branch=payment.customer.branch
        )


def fail_within(*, payment: Payment, reason: str, now: datetime, gateway_reference: str = "") -> None:
    """Mark a locked, open payment failed and take it off the record's way."""
    payment.state = PaymentState.FAILED
    payment.failure = reason
    payment.gateway_reference = gateway_reference
    payment.save(update_fields=["state", "failure", "gateway_reference"])
    ground.record_failed_within(customer=payment.customer, reference=payment.reference, reason=reason, now=now)


def hold_unidentified_within(*, payment: Payment, verified: VerifiedNotice, now: datetime) -> None:
    """Mark a locked payment as money that does not match its order: staff find out whose it is.

    Until then the record says so, and nobody is asked for money on the account.
    """
    payment.state = PaymentState.UNIDENTIFIED
    payment.gateway_reference = verified.gateway_reference
    payment.arrived_fen = verified.amount_fen
    payment.failure = ""
    payment.save(update_fields=["state", "gateway_reference", "arrived_fen", "failure"])
    journal.book_held_within(
        account=payment.account,
        channel=payment.gateway,
        reference=payment.reference,
        amount_fen=verified.amount_fen,
        currency=verified.currency,
        now=now,
    )
    ground.record_held_within(
        customer=payment.customer,
        reference=payment.reference,
        arrived_fen=verified.amount_fen,
        currency=verified.currency,
        now=now,
    )


def return_held_within(*, payment: Payment, now: datetime) -> None:
    """Mark held money as sent back to whoever paid it; what was to be paid is owed and asked for as before."""
    payment.state = PaymentState.REFUNDED
    payment.refunded_fen = payment.arrived_fen
    payment.save(update_fields=["state", "refunded_fen"])
    held = Journal.objects.get(kind="held", channel=payment.gateway, reference=payment.reference)
    journal.book_held_within(
        account=payment.account,
        channel=payment.gateway,
        reference=payment.reference,
        amount_fen=-payment.arrived_fen,
        currency=held.currency,
        now=now,
    )
    ground.record_failed_within(customer=payment.customer, reference=payment.reference, reason="returned", now=now)
