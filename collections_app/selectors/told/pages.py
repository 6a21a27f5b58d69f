"""Reads of what customers were told."""

from collections_app.domain.told.sayings import Saying
from collections_app.models import Told


def last_in_writing(*, customer_id: int) -> tuple[Told, frozenset[Saying]] | None:
    """Return the newest written word of a customer, by message or page: one row of it, and all it said."""
    rows = Told.objects.filter(customer_id=customer_id).exclude(medium="spoken")
    newest = rows.order_by("-at", "-id").first()
    if newest is None:
        return None
    same = rows.filter(at=newest.at, medium=newest.medium)
    return newest, frozenset(
        Saying(row.account_id, row.amount_name, row.amount_fen, row.pay_by, row.valid_until) for row in same
    )
