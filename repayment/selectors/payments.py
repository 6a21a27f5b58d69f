"""Reads of payments."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from collections_app.models import Entry
from repayment.domain.notices import VerifiedNotice
from repayment.domain.payments import HAD_MONEY, OPEN, SETTLED, UNDER_WAY, PaymentState
from repayment.models import Payment

# A bounce is followed within minutes: so long a standstill of the sweeps is bridged.
_BOUNCED_SINCE = timedelta(days=60)


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


def gateways_open() -> list[str]:
    """Return the gateways through which payments are under way, also those the installation has parted with."""
    rows = Payment.objects.filter(state__in=sorted(OPEN)).order_by("gateway")
    return list(rows.values_list("gateway", flat=True).distinct())


def number_open(*, gateway: str) -> int:
    """Return how many payments are under way through a gateway."""
    return Payment.objects.filter(gateway=gateway, state__in=sorted(OPEN)).count()


def silent(*, gateway: str, before: datetime, limit: int) -> list[Payment]:
    """Return payments under way through a gateway that were started before an instant, in no order: one that is never
    answered keeps nobody back.
    """
    rows = Payment.objects.filter(gateway=gateway, state__in=sorted(OPEN), created_at__lt=before)
    return list(rows.order_by("?")[:limit])


def not_in_settlement(*, gateway: str, since: datetime, before: datetime) -> QuerySet[Payment]:
    """Return what a gateway took from one instant until before another, and none of its settlement files contains."""
    return Payment.objects.filter(
        gateway=gateway,
        in_settlement=False,
        settled_at__gte=since,
        settled_at__lt=before,
        state__in=sorted(HAD_MONEY),
    )


def bounces(*, now: datetime) -> QuerySet[Entry]:
    """Return the whole payments taken back lately, whether the payment has followed already or not."""
    return Entry.objects.filter(kind="reversal", of_reference="", recorded_at__gte=now - _BOUNCED_SINCE)


def moved_in_core(*, now: datetime, limit: int) -> Sequence[tuple[int, PaymentState]]:
    """Return (payment id, new state) of payments whose entries the core has since posted or reversed, oldest first.

    Neither question reads the payments that were settled over the years: the one begins with those that wait to be
    posted, the other with the bounces of the last while.
    """
    bounced = Payment.objects.filter(state__in=sorted(SETTLED), reference__in=bounces(now=now).values("reference"))
    moved = [(pk, PaymentState.REVERSED) for pk in bounced.order_by("id").values_list("id", flat=True)[:limit]]
    posted = Entry.objects.filter(reference=OuterRef("reference"), kind="payment", state="posted")
    rows = Payment.objects.filter(Exists(posted), state=PaymentState.RECEIVED).exclude(pk__in=[pk for pk, _ in moved])
    moved += [(pk, PaymentState.POSTED) for pk in rows.order_by("id").values_list("id", flat=True)[:limit]]
    return moved[:limit]
