"""Open payments whose money has come by another way meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from collections_app.models import Entry
from repayment.domain.payments import OPEN, still_due
from repayment.models import Payment
from repayment.selectors import account_page


def candidates(*, limit: int) -> Sequence[Payment]:
    """Return the open payments on whose account other money has been seen since they were begun, oldest first."""
    open_ones = Payment.objects.filter(state__in=sorted(OPEN)).select_related("account", "customer")
    return list(open_ones.filter(_other_money()).order_by("id")[:limit])


def is_overtaken(payment: Payment, *, now: datetime) -> bool:
    """Return whether an open payment would pay more than is still due of what it is for, since other money came."""
    if payment.state not in OPEN or not Payment.objects.filter(_other_money(), pk=payment.pk).exists():
        return False
    part = account_page.read(customer_id=payment.customer_id, now=now).part(payment.account_id)
    if part is None:
        return True
    agreed_fen = sum(fen for _day, fen in part.agreement.unpaid) if part.agreement else 0
    due_fen = still_due(
        purpose=payment.purpose,
        overdue_fen=part.account.overdue_fen,
        minimum_fen=part.account.minimum_due_fen,
        agreed_fen=agreed_fen,
        payoff_fen=part.account.payoff_fen,
    )
    return payment.amount_fen > due_fen


def _other_money() -> Exists:
    others = Entry.objects.filter(
        Q(kind="payment", state__in=["received", "posted"]) | Q(kind="adjustment", money_fen__gt=0),
        account=OuterRef("account"),
        recorded_at__gte=OuterRef("created_at"),
    )
    return Exists(others.exclude(reference=OuterRef("reference")))
