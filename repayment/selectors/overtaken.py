"""Open payments whose money has come by another way meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Sum

from collections_app.models import Entry
from repayment.domain.payments import OPEN, still_due
from repayment.models import Payment
from repayment.selectors import account_page


def candidates(*, gateway: str, limit: int) -> Sequence[Payment]:
    """Return open payments of a gateway on whose account other money has been seen since they were begun, in no order:
    one its gateway is never certain of keeps nobody back.
    """
    open_ones = Payment.objects.filter(gateway=gateway, state__in=sorted(OPEN)).select_related("account", "customer")
    return list(open_ones.filter(_other_money()).order_by("?")[:limit])


def is_overtaken(payment: Payment, *, now: datetime) -> bool:
    """Return whether an open payment would pay more than is still due of what it is for, since other money came."""
    if payment.state not in OPEN or not Payment.objects.filter(_other_money(), pk=payment.pk).exists():
        return False
    part = account_page.read(customer_id=payment.customer_id, now=now).part(payment.account_id)
    if part is None:
        return True
    due_fen = still_due(
        purpose=payment.purpose,
        amount_fen=payment.amount_fen,
        other_fen=_other_fen(payment),
        overdue_fen=part.account.overdue_fen,
        minimum_fen=part.account.minimum_due_fen,
        payoff_fen=part.account.payoff_fen,
    )
    return payment.amount_fen > due_fen


def _other_fen(payment: Payment) -> int:
    """Return what has come on the account by other ways since a payment was begun, less what bounced, in fen."""
    since = Entry.objects.filter(account_id=payment.account_id, recorded_at__gte=payment.created_at)
    since = since.exclude(reference=payment.reference)
    paid = Q(kind="payment", state__in=["received", "posted"])
    sums = since.aggregate(
        paid=Sum("amount_fen", filter=paid, default=0),
        bounced=Sum("amount_fen", filter=Q(kind="reversal"), default=0),
        core=Sum("money_fen", filter=Q(kind="adjustment"), default=0),
    )
    other_fen: int = sums["paid"] - sums["bounced"] + sums["core"]
    return max(other_fen, 0)


def _other_money() -> Exists:
    others = Entry.objects.filter(
        Q(kind="payment", state__in=["received", "posted"]) | Q(kind="adjustment", money_fen__gt=0),
        account=OuterRef("account"),
        recorded_at__gte=OuterRef("created_at"),
    )
    return Exists(others.exclude(reference=OuterRef("reference")))
