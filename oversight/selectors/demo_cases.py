"""Which of the demo bank's cases nothing has been begun with yet."""

from datetime import datetime

from collections_app.models import Account, Staff
from collections_app.selectors import worklists


def untouched(staff: Staff, count: int, *, now: datetime, product: str = "") -> list[Account]:
    """Return overdue accounts of as many cases of a person's reach that wait to be contacted, one of each case.

    The newest records first: the oldest are the ones the open requests are about.
    """
    cases = worklists.open_cases(staff, now=now).filter(
        queue="to_contact",
        holds__isnull=True,
        approvals__isnull=True,
        handoffs__isnull=True,
        related_persons__isnull=True,
        walled=False,
    )
    rows = Account.objects.filter(customer__in=cases, overdue_fen__gt=0, closed_in_core=False)
    if product:
        rows = rows.filter(product=product)
    newest: dict[int, Account] = {}
    for account in rows.select_related("customer").order_by("-customer_id", "id")[: count * 4]:
        newest.setdefault(account.customer_id, account)
    return list(newest.values())[:count]


def colleague(username: str) -> Staff:
    """Return one of the demo bank's people. Raise Staff.DoesNotExist when somebody has taken them out."""
    return Staff.objects.get(username=username)
