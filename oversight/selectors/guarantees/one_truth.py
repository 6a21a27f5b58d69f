"""G1: what is derived is what the facts give, and the ledger of each account is what the core says, recomputed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import BigIntegerField, Case, F, Sum, When

from collections_app.domain import derivation
from collections_app.models import Account, Customer, Entry
from collections_app.selectors.record_facts import facts_of
from oversight.selectors.guarantees import booked_money
from oversight.selectors.guarantees.finding import Finding

CODE, TITLE = "G1", "One truth"
_CHUNK = 1000
_COLUMNS = (
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
)
_READ = ("id", "customer_no", "time_zone", "case_number", "derived_at", "derive_due_at", *_COLUMNS)
_ACCOUNT_COLUMNS = ("overdue_fen", "minimum_due_fen", "billed_fen", "payoff_fen", "unbilled_fen")
_STORED = ("tail", "stage", "days_past_due", "opening_fen", "core_payoff_fen", *_ACCOUNT_COLUMNS)
_record = attrgetter(*_COLUMNS)
_amounts = attrgetter(*_ACCOUNT_COLUMNS)


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Recompute what is derived of each record at the instant it was derived, and compare.

    Time alone changes records; those the sweep has yet to reach are brought up to date by whoever locks them,
    so they are counted and not held against the database.
    """
    found = Finding()
    late = 0
    for customers in _chunks(customer_id):
        # A chunk is every record from its first to its last.
        first, last = customers[0].id, customers[-1].id
        facts = facts_of(customers)
        accounts = Account.objects.filter(customer_id__gte=first, customer_id__lte=last)
        stored = {row.id: row for row in accounts.values_list("id", *_STORED, named=True)}
        ledgers = _ledgers(first, last)
        for customer in customers:
            at = customer.derived_at or now
            late += bool(customer.derive_due_at and customer.derive_due_at <= now)
            if customer.derive_due_at and customer.derive_due_at <= at:
                continue  # the bank's precedence of statuses has changed: it is due again, and nothing shows it stale
            derived = derivation.derive(facts[customer.id], now=at)
            if wrong := [*_wrong(customer, derived, at), *_wrong_accounts(derived, stored)]:
                found.add(customer.customer_no, f"stored {', '.join(wrong)} differ from the facts")
            for item in derived.accounts:
                row, moved = stored[item.id], ledgers.get(item.id, 0)
                if row.opening_fen + moved != row.core_payoff_fen:
                    found.add(customer.customer_no, f"the ledger of account {row.tail} is not the core's payoff")
        found.checked += len(customers)
    booked_money.add_to(found, customer_id=customer_id)
    if late:
        found.notes.append(f"{late} due for the sweep")
    return found


def _ledgers(first: int, last: int) -> dict[int, int]:
    """Return by account of the customers from one to another what its posted entries have moved, in fen."""
    signed = Case(When(kind="payment", then=-F("amount_fen")), default=F("amount_fen"), output_field=BigIntegerField())
    posted = Entry.objects.filter(customer_id__gte=first, customer_id__lte=last, state="posted").order_by()
    sums = posted.values("account_id").annotate(moved=Sum(signed))
    return dict(sums.values_list("account_id", "moved"))


def _chunks(customer_id: int | None) -> Iterator[list[Any]]:
    """Yield the columns of records that are compared, as tuples: an object of each would cost more than comparing."""
    rows = Customer.objects.order_by("id").values_list(*_READ, named=True)
    if customer_id is not None:
        rows = rows.filter(id=customer_id)
    last = 0
    while chunk := list(rows.filter(id__gt=last)[:_CHUNK]):
        yield chunk
        last = chunk[-1].id


def _wrong(customer: Any, derived: derivation.Derived, at: datetime) -> list[str]:
    """Return the names of the record's columns that are not what the facts give."""
    wrong = []
    if _record(customer) != _record(derived):
        wrong = [name for name in _COLUMNS if getattr(customer, name) != getattr(derived, name)]
    due = derived.derive_due_at
    # The one adjustment of services/derivation: an instant already past would be swept again and again.
    if customer.derive_due_at != (max(due, at + timedelta(seconds=1)) if due else None):
        wrong.append("derive_due_at")
    return wrong


def _wrong_accounts(derived: derivation.Derived, stored: dict[int, Any]) -> list[str]:
    wrong = []
    for item in derived.accounts:
        row = stored[item.id]
        fine = (
            row.stage == item.stage
            and row.days_past_due == item.days_past_due
            and _amounts(row) == _amounts(item.amounts)
        )
        if not fine:
            wrong.append(f"amounts or stage of account {row.tail}")
    return wrong
