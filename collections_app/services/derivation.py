"""Writing what is derived: the only place that does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from collections_app.domain import derivation
from collections_app.models import Account, Customer
from collections_app.selectors.record_facts import facts_of

_RECORD_COLUMNS = (
    "status",
    "stage",
    "stage_account_id",
    "owner_id",
    "overdue_fen",
    "next_step",
    "next_step_at",
    "queue",
    "priority",
    "priority_why",
    "derive_due_at",
    "derived_at",
)
_ACCOUNT_COLUMNS = (
    "days_past_due",
    "stage",
    "overdue_fen",
    "minimum_due_fen",
    "billed_fen",
    "payoff_fen",
    "unbilled_fen",
)


def derive(*, customer: Customer, now: datetime) -> None:
    """Compute and save everything derived of one record. The caller holds the lock on its row."""
    _write([customer], now)


def derive_many(*, customer_ids: Sequence[int], now: datetime) -> int:
    """Compute and save everything derived of many records, and return how many.

    Locks their rows by ascending id. Must run inside a transaction.
    """
    done = 0
    ordered = sorted(set(customer_ids))
    for start in range(0, len(ordered), 1000):
        chunk = ordered[start : start + 1000]
        customers = list(Customer.objects.select_for_update(of=("self",)).filter(id__in=chunk).order_by("id"))
        _write(customers, now)
        done += len(customers)
    return done


def sweep_due(*, now: datetime, limit: int = 500) -> int:
    """Bring records up to date that time alone has changed, and return how many.

    A record that somebody is writing is left for the next sweep: that write brings it up to date itself.
    """
    with transaction.atomic(durable=True):
        due = Customer.objects.filter(derive_due_at__lte=now).order_by("derive_due_at")
        customers = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        _write(customers, now)
    return len(customers)


def _write(customers: list[Customer], now: datetime) -> None:
    facts = facts_of(customers)
    rows: list[Account] = []
    for customer in customers:
        derived = derivation.derive(facts[customer.id], now=now)
        _copy(derived, customer, now)
        rows.extend(_account_row(item) for item in derived.accounts)
    if len(customers) == 1:
        customers[0].save(update_fields=_field_names(_RECORD_COLUMNS))
    else:
        Customer.objects.bulk_update(customers, _field_names(_RECORD_COLUMNS), batch_size=200)
    Account.objects.bulk_update(rows, list(_ACCOUNT_COLUMNS), batch_size=200)


def _field_names(columns: Sequence[str]) -> list[str]:
    return [column.removesuffix("_id") for column in columns]


def _copy(derived: derivation.Derived, customer: Customer, now: datetime) -> None:
    for column in _RECORD_COLUMNS:
        if column != "derived_at":
            setattr(customer, column, getattr(derived, column))
    due = customer.derive_due_at
    # An instant already past would be swept again and again.
    customer.derive_due_at = max(due, now + timedelta(seconds=1)) if due else None
    customer.derived_at = now


def _account_row(item: derivation.DerivedAccount) -> Account:
    return Account(
        id=item.id,
        days_past_due=item.days_past_due,
        stage=item.stage,
        overdue_fen=item.amounts.overdue_fen,
        minimum_due_fen=item.amounts.minimum_due_fen,
        billed_fen=item.amounts.billed_fen,
        payoff_fen=item.amounts.payoff_fen,
        unbilled_fen=item.amounts.unbilled_fen,
    )
