"""What a gateway is asked to collect: nothing of it comes from the browser."""

from django.conf import settings
from django.urls import reverse

from collections_app.models import Institution
from repayment.domain.orders import Order
from repayment.domain.payments import PAYMENT_PURPOSES
from repayment.models import Payment


def order_of(payment: Payment, *, on_phone: bool = True) -> Order:
    """Return the order of a payment: the same each time, except for the kind of page it is paid on."""
    institution = Institution.objects.order_by("id").first()
    return Order(
        reference=payment.reference,
        amount_fen=payment.amount_fen,
        currency=payment.currency,
        payee=institution.name if institution else "OneCase",
        subject=PAYMENT_PURPOSES[payment.purpose].code,
        return_url=settings.PUBLIC_URL + reverse("repayment:payment", args=[payment.reference]),
        notify_url=settings.PUBLIC_URL + reverse("repayment:notify", args=[payment.gateway]),
        begun_at=payment.created_at,
        expires_at=payment.expires_at,
        handle=payment.gateway_handle,
        language=payment.customer.language,
        on_phone=on_phone,
    )
