"""Money that arrived and did not match its order: somebody finds out what it was for, and it counts."""

from datetime import datetime

from django.db import transaction

from collections_app.models import Journal
from collections_app.services import derivation, journal, records
from collections_app.services.errors import RefusedError
from repayment.domain.payments import PaymentPurpose, PaymentState
from repayment.models import Payment
from repayment.services import moves


@transaction.atomic(durable=True)
def identify(*, payment_id: int, reason: str, actor: records.Actor, now: datetime) -> Payment:
    """Book what arrived for an order of another amount to the account of that order, and return the payment.

    What was meant for somebody else is not booked over: it goes back to whoever paid it, through the gateway. Raise
    RefusedError when nothing is held, no reason is given, or the money is of another currency than the account.
    """
    records.check_may(actor=actor, action="payment.identify")
    if not reason.strip():
        raise RefusedError("no_reason")
    if not Payment.objects.filter(pk=payment_id).exists():
        raise RefusedError("no_such_payment")
    payment = moves.lock(payment_id=payment_id, now=now)
    held = Journal.objects.filter(kind="held", channel=payment.gateway, reference=payment.reference).first()
    if payment.state != PaymentState.UNIDENTIFIED or held is None:
        raise RefusedError("payment_not_held")
    if held.currency != payment.account.currency:
        raise RefusedError("held_in_another_currency")
    ordered_fen, arrived_fen = payment.amount_fen, payment.arrived_fen
    journal.book_identified_within(held=held, account=payment.account, amount_fen=arrived_fen, now=now)
    # From here on it is a payment of what arrived: refunds and disputes are measured by it, and a receipt must not say
    # that it paid what another sum was named for.
    payment.amount_fen, payment.arrived_fen, payment.purpose = arrived_fen, 0, PaymentPurpose.OTHER
    payment.save(update_fields=["amount_fen", "arrived_fen", "purpose"])
    moves.receive_within(payment=payment, gateway_reference=payment.gateway_reference, now=now, identified=True)
    records.append(
        customer=payment.customer,
        kind="payment.identified",
        actor=actor,
        now=now,
        account_id=payment.account_id,
        payload={"payment": payment.pk, "amount_fen": arrived_fen, "ordered_fen": ordered_fen},
        text=reason.strip(),
    )
    derivation.derive(customer=payment.customer, now=now)
    return payment
