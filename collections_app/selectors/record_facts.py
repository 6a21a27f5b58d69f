"""The facts that derivation rests on, loaded for many records in one statement.

Every write derives its record anew, so what it costs to ask comes back in every page and every test: eleven questions
of a millisecond each are one of two. Each part is a list of rows, whose columns are named where it is read.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models

from collections_app.domain import derivation
from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.promises import PromiseState
from collections_app.models import (
    Account,
    Arrangement,
    ArrangementInstalment,
    Contact,
    ContactPoint,
    Conversation,
    Customer,
    Entry,
    HandOff,
    Hold,
    Promise,
    PromisePart,
)
from collections_app.selectors import codes

# The outcome of a call whose number was switched off, and how often in a row it makes a customer lost (list B).
OFF = "off"
OFF_IN_A_ROW = 3
_Rows = Sequence[list[Any]]
Value = TypeVar("Value")


def facts_of(customers: Sequence[Customer]) -> dict[int, derivation.RecordFacts]:
    """Return the derivation facts of each customer by id, in two queries however many there are."""
    book = codes.current()
    entries, accounts, parts, promises, holds, instalments, plans, callbacks, numbers, calls = _read(customers)
    accounts_of = _accounts(accounts, entries)
    promises_of = _promises(promises, parts)
    holds_of = _holds(holds)
    plans_of = _plans(plans, instalments)
    callback_of = {customer_id: _instant(due_at) for customer_id, due_at in callbacks}
    lost = _lost(numbers, calls)
    return {
        customer.id: derivation.RecordFacts(
            table=book.holds,
            precedence=book.precedence,
            time_zone=customer.time_zone,
            case_open=bool(customer.case_number),
            accounts=accounts_of[customer.id],
            promises=promises_of[customer.id],
            holds=holds_of[customer.id],
            plans=plans_of[customer.id],
            callback_due_at=callback_of.get(customer.id),
            failed_numbers=customer.id in lost,
        )
        for customer in customers
    }


def _read(customers: Sequence[Customer]) -> Sequence[_Rows]:
    """Return the rows of each part of `_FACTS` in its order. One query."""
    asked: dict[str, Any] = {
        "ids": [customer.id for customer in customers],
        "proposed": PromiseState.PROPOSED.value,
        "in_force": [state.value for state in IN_FORCE],
        "still_open": [state.value for state in STILL_OPEN],
        "off_in_a_row": OFF_IN_A_ROW,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, asked)
        return [rows or [] for rows in cursor.fetchone()]


def _part(model: type[models.Model], columns: str, which: str, order: str = "id") -> str:
    """Return the part of a statement that answers with rows of a model, of the customers asked for."""
    rows = f"SELECT json_agg(json_build_array({columns}) ORDER BY {order})"
    return f"({rows} FROM {model._meta.db_table} WHERE customer_id = ANY(%(ids)s) AND {which})"


_OF_ACCOUNTS = (
    "customer_id, id, overdue_since, grace_days, placement, owner_id, closed_in_core, core_overdue_fen,"
    " core_minimum_due_fen, core_billed_fen, core_payoff_fen, payoff_valid_until, core_unbilled_fen"
)
# The latest calls of each customer to, or from, a number of their own, each with the number it was made to.
_LATEST_CALLS = f"""
    (SELECT json_agg(json_build_array(customer_id, outcome, contact_point_id, started_at)) FROM (
        SELECT call.customer_id, call.outcome, contact.contact_point_id, call.started_at, row_number() OVER (
            PARTITION BY call.customer_id ORDER BY call.started_at DESC, call.id DESC) AS place
        FROM {Conversation._meta.db_table} AS call
        JOIN {Contact._meta.db_table} AS contact ON contact.id = call.contact_id
        LEFT JOIN {ContactPoint._meta.db_table} AS number ON number.id = contact.contact_point_id
        WHERE call.customer_id = ANY(%(ids)s) AND call.outcome <> ''
            AND (number.relation = 'self' OR contact.inbound)
    ) AS latest WHERE place <= %(off_in_a_row)s)
"""  # noqa: S608  names of our own tables
# What an instalment belongs to is in force.
_OF_PLAN_IN_FORCE = (
    f"arrangement_id IN (SELECT id FROM {Arrangement._meta.db_table}"  # noqa: S608  names of our own tables
    " WHERE customer_id = ANY(%(ids)s) AND state = ANY(%(in_force)s))"
)
_FACTS = "SELECT " + ", ".join(
    (
        _part(
            Entry,
            "account_id, kind, state, amount_fen, reference, of_reference, lowered",
            "state IN ('received', 'in_flight')",
            "occurred_at DESC, id DESC",
        ),
        _part(Account, _OF_ACCOUNTS, "true"),
        _part(PromisePart, "promise_id, due_on, amount_fen", "judged_at IS NULL", "due_on"),
        _part(Promise, "customer_id, id, account_id, state, taken_at", "state <> %(proposed)s"),
        _part(Hold, "customer_id, kind, account_id, ends_at", "released_at IS NULL"),
        _part(ArrangementInstalment, "arrangement_id, due_on, amount_fen - paid_fen",
              f"paid_fen < amount_fen AND {_OF_PLAN_IN_FORCE}", "number"),
        _part(Arrangement, "customer_id, id, account_id, state, grace_days", "state = ANY(%(in_force)s)"),
        # The earliest comes last, and stays.
        _part(HandOff, "customer_id, due_at", "kind = 'callback' AND state = ANY(%(still_open)s)", "due_at DESC"),
        _part(ContactPoint, "customer_id, id, quality, verified_at",
              "relation = 'self' AND kind IN ('mobile', 'landline_home', 'landline_work')"),
        _LATEST_CALLS,
    )
)  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _accounts(rows: _Rows, entries: _Rows) -> dict[int, list[derivation.AccountFacts]]:
    on_top, in_flight, bounced = _beside_core(entries)
    found: dict[int, list[derivation.AccountFacts]] = defaultdict(list)
    for customer_id, id_, since, grace_days, placement, owner_id, closed, *amounts in rows:
        overdue, minimum_due, billed, payoff, valid_until, unbilled = amounts
        found[customer_id].append(
            derivation.AccountFacts(
                id=id_,
                core=FiveAmounts(overdue, minimum_due, billed, payoff, _day(valid_until), unbilled),
                overdue_since=_day(since),
                grace_days=grace_days,
                paid_on_top_fen=on_top[id_],
                payment_in_flight=id_ in in_flight,
                placement=placement,
                owner_id=owner_id,
                closed_in_core=closed,
                bounced=bounced[id_],
            )
        )
    return found


def _beside_core(rows: _Rows) -> tuple[dict[int, int], set[int], dict[int, list[derivation.Bounce]]]:
    """Return by account what was paid beside the core's balance, where a payment is on its way, and what bounced."""
    on_top: dict[int, int] = defaultdict(int)
    in_flight: set[int] = set()
    bounced: dict[int, list[derivation.Bounce]] = defaultdict(list)
    payments = [row for row in rows if row[1] == "payment"]
    bounces = {row[4]: row for row in rows if row[1] == "reversal"}
    # Parts that were given back of payments no file contains yet simply lower them.
    beside_paid = {reference for _, _, state, _, reference, *_ in payments if state == "received"}
    for account_id, _, _, fen, reference, of_reference, _ in list(bounces.values()):
        if of_reference in beside_paid:
            on_top[account_id] -= fen
            del bounces[reference]
    for account_id, _, state, fen, reference, *_ in payments:
        if state == "in_flight":
            in_flight.add(account_id)
        # A payment that bounced before any file contained it cancels with its reversal.
        elif bounces.pop(reference, None) is None:
            on_top[account_id] += fen
    for account_id, *_, lowered in bounces.values():
        bounced[account_id].append(_bounce(lowered))
    return on_top, in_flight, bounced


def _bounce(lowered: dict[str, Any] | None) -> derivation.Bounce:
    amounts = dict(lowered or {})
    return derivation.Bounce(amounts, _day(amounts.pop("overdue_since", None)))


def _promises(rows: _Rows, unjudged: _Rows) -> dict[int, list[derivation.PromiseFacts]]:
    parts = _by_first((promise_id, (date.fromisoformat(due_on), fen)) for promise_id, due_on, fen in unjudged)
    found: dict[int, list[derivation.PromiseFacts]] = defaultdict(list)
    for customer_id, id_, account_id, state, taken_at in rows:
        promise = derivation.PromiseFacts(id_, account_id, state, sorted(parts[id_]), _instant(taken_at))
        found[customer_id].append(promise)
    return found


def _holds(rows: _Rows) -> dict[int, list[derivation.HoldFacts]]:
    return _by_first(
        (customer_id, derivation.HoldFacts(kind, account_id, _instant(ends_at) if ends_at else None))
        for customer_id, kind, account_id, ends_at in rows
    )


def _plans(rows: _Rows, instalments: _Rows) -> dict[int, list[derivation.PlanFacts]]:
    unpaid = _by_first((plan_id, (date.fromisoformat(due_on), fen)) for plan_id, due_on, fen in instalments)
    return _by_first(
        (customer_id, derivation.PlanFacts(account_id, state, unpaid[id_], grace_days))
        for customer_id, id_, account_id, state, grace_days in rows
    )


def _by_first(pairs: Iterable[tuple[int, Value]]) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _lost(numbers: _Rows, calls: _Rows) -> set[int]:
    """The records whose customer cannot be reached: every number of theirs is known to be of no use, or was switched
    off in the latest calls in a row. Numbers of others say nothing of it.
    """
    usable: dict[int, list[tuple[int, datetime | None]]] = {}
    for customer_id, number, quality, verified_at in numbers:
        theirs = usable.setdefault(customer_id, [])
        if quality not in UNUSABLE:
            theirs.append((number, _instant(verified_at) if verified_at else None))
    unreachable = {customer_id for customer_id, theirs in usable.items() if not theirs}
    # A number that was called by none of them, or was verified since, is still to be tried.
    switched_off = {
        customer_id
        for customer_id, (called, last) in _switched_off(calls).items()
        if all(
            number in called and (verified_at is None or verified_at <= last)
            for number, verified_at in usable.get(customer_id, [])
        )
    }
    return unreachable | switched_off


def _switched_off(calls: _Rows) -> dict[int, tuple[set[int | None], datetime]]:
    """The records whose latest calls in a row found a number switched off: which numbers, and when the last was."""
    heard = _by_first((customer_id, call) for customer_id, *call in calls)
    return {
        customer_id: ({number for _, number, _ in rows}, max(_instant(at) for _, _, at in rows))
        for customer_id, rows in heard.items()
        if [outcome for outcome, _, _ in rows] == [OFF] * OFF_IN_A_ROW
    }
