"""Writing what is derived: the only place that does."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg2.extras import Json, execute_values

from collections_app.domain import derivation
from collections_app.domain.amounts import FiveAmounts
from collections_app.models import Account, Customer
from collections_app.models.fields import sealed_of
from collections_app.selectors.record_facts import facts_of
from collections_app.services import feed, sweeps
from collections_app.services.told import flags

# A record that cannot be derived is tried again after so long.
ASIDE_FOR = timedelta(minutes=15)
# One sweep of late records at a time: a number of our own for PostgreSQL's advisory locks.
_ALONE = 4_270_021
_log = logging.getLogger(__name__)

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
    "told_state",
    "derive_due_at",
    "derived_at",
)
_RECORD_TYPES = (
    "varchar",
    "varchar",
    "bigint",
    "bigint",
    "bigint",
    "varchar",
    "timestamptz",
    "varchar",
    "integer",
    "jsonb",
    "varchar",
    "timestamptz",
    "timestamptz",
)
# Not in what the domain derives of a record: the clock, and what was told (services/told/flags).
_NOT_OF_FACTS = frozenset({"derived_at", "told_state"})
_ACCOUNT_COLUMNS = (
    "days_past_due",
    "stage",
    "overdue_fen",
    "minimum_due_fen",
    "billed_fen",
    "payoff_fen",
    "unbilled_fen",
)
_ACCOUNT_TYPES = ("integer", "varchar", "bigint", "bigint", "bigint", "bigint", "bigint")


def derive(*, customer: Customer, now: datetime) -> None:
    """Compute and save everything derived of one record. The caller holds the lock on its row."""
    _write([customer], now)


def amounts_of(*, customer: Customer, now: datetime) -> dict[int, FiveAmounts]:
    """Return the amounts of each account of a record by its id, as what is written so far makes them; save nothing."""
    derived = derivation.derive(facts_of([customer])[customer.pk], now=now)
    return {item.id: item.amounts for item in derived.accounts}


def derive_many(*, customer_ids: Sequence[int], now: datetime) -> int:
    """Compute and save everything derived of many records, and return how many.

    Locks their rows by ascending id. Must run inside a transaction.
    """
    done = 0
    ordered = sorted(set(customer_ids))
    for start in range(0, len(ordered), 1000):
        chunk = ordered[start : start + 1000]
        customers = list(_locked(Customer.objects.filter(id__in=chunk).order_by("id")))
        _write(customers, now)
        done += len(customers)
    return done


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of one batch of late records: how many were looked at, brought up to date, and set aside."""

    looked_at: int
    done: int
    aside: int = 0


def sweep_due(*, now: datetime, limit: int = 500) -> Swept:
    """Bring records up to date that time alone has changed, at most so many, those that waited longest first.

    A record that somebody is writing is left for the next sweep: that write brings it up to date itself. Where a batch
    fails it is halved, down to the record that cannot be derived. That one is set aside: it is late no more for
    ``ASIDE_FOR``, and ``derived_at`` is empty until it has been derived. One sweep at a time: beside another one it
    does nothing. The live screens are told to look.
    """
    try:
        done = _sweep_together(now, limit)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one record, the others have their turn
        sweeps.check_of_row(error)
        _log.exception("late records could not be derived together")
        ids = list(_late(now).values_list("id", flat=True)[:limit])
        done, aside = _sweep_apart(ids, now)
        return Swept(looked_at=len(ids), done=done, aside=aside)
    return Swept(looked_at=done, done=done)


def set_aside() -> QuerySet[Customer]:
    """Return the records that could not be derived and have been set aside."""
    return Customer.objects.filter(derived_at__isnull=True, derive_due_at__isnull=False)


def _late(now: datetime) -> QuerySet[Customer]:
    return Customer.objects.filter(derive_due_at__lte=now).order_by("derive_due_at", "id")


def _locked(rows: QuerySet[Customer], **named: bool) -> QuerySet[Customer]:
    """Lock rows to derive them. What is sealed stays closed: nothing derived rests on it."""
    return rows.select_for_update(of=("self",), no_key=True, **named).defer(*sealed_of(Customer))


@transaction.atomic(durable=True)
def _sweep_together(now: datetime, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ALONE])
        if not cursor.fetchone()[0]:
            return 0
    customers = list(_locked(_late(now), skip_locked=True)[:limit])
    _write(customers, now)
    if customers:
        feed.wake_all()
    return len(customers)


def _sweep_apart(ids: Sequence[int], now: datetime) -> tuple[int, int]:
    """Derive both halves of records that could not be derived together, down to the one that cannot be.

    Return how many were derived and how many set aside. One record by itself costs as much as thirty together.
    """
    if len(ids) > 1:
        half = len(ids) // 2
        (done, aside), (also_done, also_aside) = _sweep_some(ids[:half], now), _sweep_some(ids[half:], now)
        return done + also_done, aside + also_aside
    return 0, _late(now).filter(id__in=ids).update(derive_due_at=now + ASIDE_FOR, derived_at=None)


def _sweep_some(ids: Sequence[int], now: datetime) -> tuple[int, int]:
    try:
        return _sweep_these(ids, now), 0
    except Exception as error:  # noqa: BLE001  as above
        sweeps.check_of_row(error)
        if len(ids) == 1:
            _log.exception("record %s could not be derived", ids[0])
        return _sweep_apart(ids, now)


@transaction.atomic(durable=True)
def _sweep_these(ids: Sequence[int], now: datetime) -> int:
    customers = list(_locked(_late(now).filter(id__in=ids), skip_locked=True))
    _write(customers, now)
    if customers:
        feed.wake_all()
    return len(customers)


def _write(customers: list[Customer], now: datetime) -> None:
    if not customers:
        return
    facts = facts_of(customers)
    rows: list[derivation.DerivedAccount] = []
    for customer in customers:
        derived = derivation.derive(facts[customer.id], now=now)
        _copy(derived, customer, now)
        rows.extend(derived.accounts)
    update_rows(
        table=Account._meta.db_table,
        columns=_ACCOUNT_COLUMNS,
        types=_ACCOUNT_TYPES,
        rows=[_account_row(item) for item in rows],
    )
    flags.judge_within(customers, now=now)
    if len(customers) == 1:
        customers[0].save(update_fields=_field_names(_RECORD_COLUMNS))
    else:
        update_rows(
            table=Customer._meta.db_table,
            columns=_RECORD_COLUMNS,
            types=_RECORD_TYPES,
            rows=[(customer.id, *(_stored(customer, name) for name in _RECORD_COLUMNS)) for customer in customers],
        )


def update_rows(*, table: str, columns: Sequence[str], types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set the columns of many rows by id in a few statements, leaving alone the rows that are already so.

    Each row is its id and then its values. ``UPDATE … FROM (VALUES …)`` is some ten times faster than one CASE
    for each column, and an equal row is neither rewritten nor indexed again.
    """
    names = ", ".join(columns)
    sets = ", ".join(f"{column} = new.{column}" for column in columns)
    typed = ", ".join(f"new.{column}::{kind} AS {column}" for column, kind in zip(columns, types, strict=True))
    compared = [column for column in columns if column != "derived_at"]
    current = ", ".join(f"old.{column}" for column in compared)
    fresh = ", ".join(f"new.{column}" for column in compared)
    # Table and column names are constants of this module and of models, never input.
    statement = (
        f"UPDATE {table} AS old SET {sets} FROM "  # noqa: S608
        f"(SELECT new.id::bigint AS id, {typed} FROM (VALUES %s) AS new (id, {names})) AS new "
        f"WHERE old.id = new.id AND ({current}) IS DISTINCT FROM ({fresh})"
    )
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, statement, rows, page_size=1000)


def _stored(customer: Customer, name: str) -> Any:
    value = getattr(customer, name)
    return Json(value) if name == "priority_why" else value


def _field_names(columns: Sequence[str]) -> list[str]:
    return [column.removesuffix("_id") for column in columns]


def _copy(derived: derivation.Derived, customer: Customer, now: datetime) -> None:
    for column in _RECORD_COLUMNS:
        if column not in _NOT_OF_FACTS:
            value = getattr(derived, column)
            setattr(customer, column, str(value) if isinstance(value, StrEnum) else value)
    due = customer.derive_due_at
    # An instant already past would be swept again and again.
    customer.derive_due_at = max(due, now + timedelta(seconds=1)) if due else None
    customer.derived_at = now


def _account_row(item: derivation.DerivedAccount) -> tuple[Any, ...]:
    amounts = item.amounts
    return (
        item.id,
        item.days_past_due,
        str(item.stage),
        amounts.overdue_fen,
        amounts.minimum_due_fen,
        amounts.billed_fen,
        amounts.payoff_fen,
        amounts.unbilled_fen,
    )
