"""What can be issued about accounts now, and what was issued before."""

from collections.abc import Sequence
from datetime import datetime

from collections_app.domain.entries import UNDER_WAY
from collections_app.domain.issued import CLOSED_HOLDS, CLOSED_STATES, Settled, why_not_settled
from collections_app.models import Account, Customer, Entry, Hold, IssuedDocument


def why_not_stated(*, customer: Customer, account: Account, now: datetime) -> str:
    """Return the code of why no statement of an account can be issued now, or an empty text. One query."""
    closed = _closed_to_us(customer, now)
    return "not_certified_here" if _is_closed(customer, account, closed) else ""


def why_not_certified(*, customer: Customer, accounts: Sequence[Account], now: datetime) -> dict[int, str]:
    """Return for each account the code of why no certificate of settlement can be issued now, or an empty text.

    Two queries, however many accounts there are.
    """
    closed = _closed_to_us(customer, now)
    rows = Entry.objects.filter(customer=customer, state__in=["received", *sorted(UNDER_WAY)])
    beside = set(rows.values_list("account_id", flat=True))
    return {
        account.pk: why_not_settled(
            Settled(
                core_payoff_fen=account.core_payoff_fen,
                payoff_fen=account.payoff_fen,
                core_unbilled_fen=account.core_unbilled_fen,
                beside_core=account.pk in beside,
                closed_to_us=_is_closed(customer, account, closed) or account.written_off,
                closed_in_core=account.closed_in_core,
            )
        )
        for account in accounts
    }


def of_customer(*, customer_id: int, most: int) -> list[IssuedDocument]:
    """Return the documents issued to a customer, the newest first. One query."""
    rows = IssuedDocument.objects.filter(customer_id=customer_id).select_related("account")
    return list(rows.order_by("-id")[:most])


def _closed_to_us(customer: Customer, now: datetime) -> set[int | None]:
    rows = Hold.objects.filter(customer=customer, kind__in=sorted(CLOSED_HOLDS), released_at__isnull=True)
    return set(rows.exclude(ends_at__lte=now).values_list("account_id", flat=True))


def _is_closed(customer: Customer, account: Account, closed: set[int | None]) -> bool:
    return customer.status in CLOSED_STATES or bool(closed & {None, account.pk})
