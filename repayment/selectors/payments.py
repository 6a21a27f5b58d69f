"""Reads of payments."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from collections_app.models import Entry
from repayment.domain.notices import VerifiedNotice
from repayment.domain.payments import OPEN, SETTLED, UNDER_WAY, PaymentState
from repayment.models import Payment


def of_click(*, customer_id: int, idempotency_key: str) -> Payment | None:
    """Return the payment that a click has already started."""
    return Payment.objects.filter(customer_id=customer_id, idempotency_key=idempotency_key).first()


def under_way_on(*, account_id: int) -> Payment | None:
    """Return the payment under way on an account, else one that is held because another sum arrived."""
    rows = list(Payment.objects.filter(account_id=account_id, state__in=sorted(UNDER_WAY)).order_by("id"))
    return next((row for row in rows if row.state in OPEN), rows[0] if rows else None)


def is_held_on(*, account_id: int) -> bool:
    """Return whether the bank has money of an account of which nobody knows yet what it is for."""
    return Payment.objects.filter(account_id=account_id, state=PaymentState.UNIDENTIFIED).exists()


def of_customer(*, customer_id: int, reference: str) -> Payment | None:
    """Return a customer's own payment; another customer's looks like none."""
    rows = Payment.objects.select_related("account", "customer__branch__institution")
    return rows.filter(customer_id=customer_id, reference=reference).first()


def of_notice(*, gateway: str, verified: VerifiedNotice) -> Payment | None:
    """Return the payment a notification is about, by our reference, else by the gateway's own."""
    rows = Payment.objects.select_related("customer", "account")
    if verified.reference:
        return rows.filter(reference=verified.reference).first()
    return rows.filter(gateway=gateway, gateway_reference=verified.gateway_reference).first()


def is_reference_of_another(*, payment: Payment, gateway_reference: str) -> bool:
    """Return whether the gateway has used this reference of its own for another payment."""
    same = Payment.objects.filter(gateway=payment.gateway, gateway_reference=gateway_reference)
    return bool(gateway_reference) and same.exclude(pk=payment.pk).exists()


def latest(*, customer_id: int, limit: int = 10) -> list[Payment]:
    """Return a customer's payments of this page, newest first."""
    return list(Payment.objects.select_related("account").filter(customer_id=customer_id).order_by("-id")[:limit])


def silent(*, before: datetime, limit: int) -> list[Payment]:
    """Return the payments under way that were started before an instant, oldest first."""
    return list(Payment.objects.filter(state__in=sorted(OPEN), created_at__lt=before).order_by("created_at")[:limit])


def moved_in_core(*, limit: int) -> Sequence[tuple[int, PaymentState]]:
    """Return (payment id, new state) of payments whose entries the core has since posted or reversed, oldest first.

    Asked in the database: the settled payments of years must not crowd out those of today.
    """
    entries = Entry.objects.filter(reference=OuterRef("reference"))
    rows = (
        Payment.objects.filter(state__in=sorted(SETTLED))
        .annotate(
            bounced=Exists(entries.filter(kind="reversal")),
            contained=Exists(entries.filter(kind="payment", state="posted")),
        )
        .filter(Q(bounced=True) | Q(contained=True, state=PaymentState.RECEIVED))
        .order_by("id")
        .values_list("id", "bounced")
    )
    return [
        (payment_id, PaymentState.REVERSED if bounced else PaymentState.POSTED) for payment_id, bounced in rows[:limit]
    ]
