"""The rows that a record's derivation rests on, of every kind in one statement.

Each kind of row is a tuple whose fields are its columns: what is asked for and what is read go by the same names, so
that no two columns can change places. Days and instants are texts, as JSON has them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, models

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.promises import PromiseState
from collections_app.models import (
    Account,
    Arrangement,
    ArrangementInstalment,
    Contact,
    ContactPoint,
    Conversation,
    Entry,
    HandOff,
    Hold,
    Promise,
    PromisePart,
)


class EntryRow(NamedTuple):
    """Own money beside the core's balance."""

    account_id: int
    kind: str
    state: str
    amount_fen: int
    reference: str
    of_reference: str
    lowered: dict[str, Any] | None


class AccountRow(NamedTuple):
    """An account as the core has it."""

    customer_id: int
    id: int
    overdue_since: str | None
    grace_days: int
    placement: str
    owner_id: int | None
    closed_in_core: bool
    core_overdue_fen: int
    core_minimum_due_fen: int
    core_billed_fen: int
    core_payoff_fen: int
    payoff_valid_until: str | None
    core_unbilled_fen: int


class PartRow(NamedTuple):
    """A part of a promise that has not been judged."""

    promise_id: int
    due_on: str
    amount_fen: int


class PromiseRow(NamedTuple):
    """A promise the customer has made."""

    customer_id: int
    id: int
    account_id: int
    state: str
    taken_at: str


class HoldRow(NamedTuple):
    """A hold that has not been released."""

    customer_id: int
    kind: str
    account_id: int | None
    ends_at: str | None


class InstalmentRow(NamedTuple):
    """An instalment of a plan in force, and what of it is unpaid."""

    arrangement_id: int
    due_on: str
    unpaid_fen: int


class PlanRow(NamedTuple):
    """A plan in force."""

    customer_id: int
    id: int
    account_id: int
    state: str
    grace_days: int


class CallbackRow(NamedTuple):
    """An hour agreed to call back."""

    customer_id: int
    due_at: str


class NumberRow(NamedTuple):
    """A telephone number of the customer's own."""

    customer_id: int
    id: int
    quality: str
    verified_at: str | None


class CallRow(NamedTuple):
    """One of the latest calls to, or from, a number of the customer's own."""

    customer_id: int
    outcome: str
    contact_point_id: int | None
    started_at: str


class Rows(NamedTuple):
    """The rows of every part."""

    entries: list[EntryRow]
    accounts: list[AccountRow]
    parts: list[PartRow]
    promises: list[PromiseRow]
    holds: list[HoldRow]
    instalments: list[InstalmentRow]
    plans: list[PlanRow]
    callbacks: list[CallbackRow]
    numbers: list[NumberRow]
    calls: list[CallRow]


def read(customers: Sequence[int], *, calls: int) -> Rows:
    """Return the rows of every part for customers by id; of calls the latest, so many of each customer. One query."""
    asked: dict[str, Any] = {
        "ids": list(customers),
        "proposed": PromiseState.PROPOSED.value,
        "in_force": [state.value for state in IN_FORCE],
        "still_open": [state.value for state in STILL_OPEN],
        "calls": calls,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, asked)
        found = zip(Rows._fields, cursor.fetchone(), strict=True)
        return Rows(**{name: [_PARTS[name].row._make(row) for row in rows or ()] for name, rows in found})


class _Asked(NamedTuple):
    """One part of the statement: what its rows are, and the statement that answers with a list of them."""

    row: Any
    statement: str


def _array(row: Any, **written: str) -> str:
    """Return what builds a row: a column for each of its fields, or what is ``written`` for it."""
    return f"json_build_array({', '.join(written.get(field, field) for field in row._fields)})"


def _asked(row: Any, model: type[models.Model], which: str, order: str = "id", **written: str) -> _Asked:
    """Return the part that answers with rows of a model, of the customers asked for."""
    rows = f"SELECT json_agg({_array(row, **written)} ORDER BY {order})"
    return _Asked(row, f"({rows} FROM {model._meta.db_table} WHERE customer_id = ANY(%(ids)s) AND {which})")


# The latest calls of each customer to, or from, a number of their own, each with the number it was made to.
_LATEST_CALLS = f"""
    (SELECT json_agg({_array(CallRow)}) FROM (
        SELECT call.customer_id, call.outcome, contact.contact_point_id, call.started_at, row_number() OVER (
            PARTITION BY call.customer_id ORDER BY call.started_at DESC, call.id DESC) AS place
        FROM {Conversation._meta.db_table} AS call
        JOIN {Contact._meta.db_table} AS contact ON contact.id = call.contact_id
        LEFT JOIN {ContactPoint._meta.db_table} AS number ON number.id = contact.contact_point_id
        WHERE call.customer_id = ANY(%(ids)s) AND call.outcome <> ''
            AND (number.relation = 'self' OR contact.inbound)
    ) AS latest WHERE place <= %(calls)s)
"""  # noqa: S608  names of our own tables
# What an instalment belongs to is in force.
_OF_PLAN_IN_FORCE = (
    f"arrangement_id IN (SELECT id FROM {Arrangement._meta.db_table}"  # noqa: S608  names of our own tables
    " WHERE customer_id = ANY(%(ids)s) AND state = ANY(%(in_force)s))"
)
_PARTS = {
    "entries": _asked(
        EntryRow, Entry, "state IN ('received', 'in_flight', 'unidentified')", "occurred_at DESC, id DESC"
    ),
    "accounts": _asked(AccountRow, Account, "true"),
    "parts": _asked(PartRow, PromisePart, "judged_at IS NULL", "due_on"),
    "promises": _asked(PromiseRow, Promise, "state <> %(proposed)s"),
    "holds": _asked(HoldRow, Hold, "released_at IS NULL"),
    "instalments": _asked(
        InstalmentRow, ArrangementInstalment, f"paid_fen < amount_fen AND {_OF_PLAN_IN_FORCE}", "number",
        unpaid_fen="amount_fen - paid_fen",
    ),
    "plans": _asked(PlanRow, Arrangement, "state = ANY(%(in_force)s)"),
    # The earliest comes last, and stays.
    "callbacks": _asked(CallbackRow, HandOff, "kind = 'callback' AND state = ANY(%(still_open)s)", "due_at DESC"),
    "numbers": _asked(
        NumberRow, ContactPoint, "relation = 'self' AND kind IN ('mobile', 'landline_home', 'landline_work')"
    ),
    "calls": _Asked(CallRow, _LATEST_CALLS),
}  # fmt: skip
_FACTS = "SELECT " + ", ".join(_PARTS[name].statement for name in Rows._fields)
