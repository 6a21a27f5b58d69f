"""What legal has recorded of accounts before the courts."""

from datetime import date

from collections_app.domain import legal
from collections_app.models import Customer, LegalStep


def steps_of(customer: Customer) -> list[LegalStep]:
    """Return what was recorded of the customer's accounts, by day; of what was recorded again, the last row. One query.

    A judgment recorded again to correct it stands where it stood: before what came after it on the same day.
    """
    newest: dict[tuple[int, date, str], LegalStep] = {}
    for row in LegalStep.objects.filter(customer=customer).order_by("on", "id"):
        newest[row.account_id, row.on, row.state] = row
    return list(newest.values())


def settled(customer: Customer) -> set[int]:
    """Return the accounts that are paid off by legal's last word. One query."""
    last = {row.account_id: row.state for row in steps_of(customer)}
    return {account_id for account_id, state in last.items() if state == legal.SETTLED}
