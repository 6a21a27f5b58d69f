"""What legal has recorded of accounts before the courts."""

from collections.abc import Collection
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


def proceedings(*, account_ids: Collection[int]) -> dict[int, list[LegalStep]]:
    """Return by account the steps of the case that runs, by day: those since the last one was over. One query.

    Of a step recorded again the last row. An account before no court has no entry.
    """
    newest: dict[tuple[int, date, str], LegalStep] = {}
    rows = LegalStep.objects.filter(account_id__in=account_ids).select_related("customer").order_by("on", "id")
    for row in rows:
        newest[row.account_id, row.on, row.state] = row
    running: dict[int, list[LegalStep]] = {}
    for row in newest.values():
        if row.state in legal.OVER:
            running.pop(row.account_id, None)
        else:
            running.setdefault(row.account_id, []).append(row)
    return running


def settled(customer: Customer) -> set[int]:
    """Return the accounts that are paid off by legal's last word. One query."""
    last = {row.account_id: row.state for row in steps_of(customer)}
    return {account_id for account_id, state in last.items() if state == legal.SETTLED}
