"""The facts that derivation rests on, loaded for many records in one statement.

Every write derives its record anew, so what it costs to ask comes back in every page and every test: eleven questions
of a millisecond each are one of two. What is asked for, and its columns, are in ``record_rows``.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from collections_app.domain import derivation
from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.entries import UNDER_WAY
from collections_app.selectors import codes, record_rows

# The outcome of a call whose number was switched off, and how often in a row it makes a customer lost (list B).
OFF = "off"
OFF_IN_A_ROW = 3
Value = TypeVar("Value")


class Known(Protocol):
    """What is to be known of a customer before: the row, or these columns of it."""

    @property
    def id(self) -> int: ...

    @property
    def time_zone(self) -> str: ...

    @property
    def case_number(self) -> str | None: ...


def facts_of(customers: Sequence[Known]) -> dict[int, derivation.RecordFacts]:
    """Return the derivation facts of each customer by id, in two queries however many there are."""
    book = codes.current()
    rows = record_rows.read([customer.id for customer in customers], calls=OFF_IN_A_ROW)
    accounts_of = _accounts(rows.accounts, rows.entries)
    promises_of = _promises(rows.promises, rows.parts)
    holds_of = _holds(rows.holds)
    plans_of = _plans(rows.plans, rows.instalments)
    callback_of = {row.customer_id: _instant(row.due_at) for row in rows.callbacks}
    lost = _lost(rows.numbers, rows.calls)
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


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _accounts(
    rows: list[record_rows.AccountRow], entries: list[record_rows.EntryRow]
) -> dict[int, list[derivation.AccountFacts]]:
    on_top, in_flight, bounced = _beside_core(entries)
    return _by_first(
        (
            row.customer_id,
            derivation.AccountFacts(
                id=row.id,
                core=FiveAmounts(
                    overdue_fen=row.core_overdue_fen,
                    minimum_due_fen=row.core_minimum_due_fen,
                    billed_fen=row.core_billed_fen,
                    payoff_fen=row.core_payoff_fen,
                    payoff_valid_until=_day(row.payoff_valid_until),
                    unbilled_fen=row.core_unbilled_fen,
                ),
                overdue_since=_day(row.overdue_since),
                grace_days=row.grace_days,
                paid_on_top_fen=on_top[row.id],
                payment_in_flight=row.id in in_flight,
                placement=row.placement,
                owner_id=row.owner_id,
                closed_in_core=row.closed_in_core,
                bounced=bounced[row.id],
            ),
        )
        for row in rows
    )


def _beside_core(
    rows: list[record_rows.EntryRow],
) -> tuple[dict[int, int], set[int], dict[int, list[derivation.Bounce]]]:
    """Return by account what was paid beside the core's balance, where a payment is on its way or held, and what
    bounced.
    """
    on_top: dict[int, int] = defaultdict(int)
    in_flight: set[int] = set()
    bounced: dict[int, list[derivation.Bounce]] = defaultdict(list)
    payments = [row for row in rows if row.kind == "payment"]
    bounces = {row.reference: row for row in rows if row.kind == "reversal"}
    # Parts that were given back of payments no file contains yet simply lower them.
    beside_paid = {row.reference for row in payments if row.state == "received"}
    for row in list(bounces.values()):
        if row.of_reference in beside_paid:
            on_top[row.account_id] -= row.amount_fen
            del bounces[row.reference]
    for row in payments:
        if row.state in UNDER_WAY:
            in_flight.add(row.account_id)
        # A payment that bounced before any file contained it cancels with its reversal.
        elif bounces.pop(row.reference, None) is None:
            on_top[row.account_id] += row.amount_fen
    for row in bounces.values():
        bounced[row.account_id].append(_bounce(row.lowered))
    return on_top, in_flight, bounced


def _bounce(lowered: dict[str, Any] | None) -> derivation.Bounce:
    amounts = dict(lowered or {})
    return derivation.Bounce(amounts, _day(amounts.pop("overdue_since", None)))


def _promises(
    rows: list[record_rows.PromiseRow], unjudged: list[record_rows.PartRow]
) -> dict[int, list[derivation.PromiseFacts]]:
    parts = _by_first((part.promise_id, (date.fromisoformat(part.due_on), part.amount_fen)) for part in unjudged)
    return _by_first(
        (
            row.customer_id,
            derivation.PromiseFacts(row.id, row.account_id, row.state, sorted(parts[row.id]), _instant(row.taken_at)),
        )
        for row in rows
    )


def _holds(rows: list[record_rows.HoldRow]) -> dict[int, list[derivation.HoldFacts]]:
    return _by_first(
        (
            row.customer_id,
            derivation.HoldFacts(row.kind, row.account_id, _instant(row.ends_at) if row.ends_at else None),
        )
        for row in rows
    )


def _plans(
    rows: list[record_rows.PlanRow], instalments: list[record_rows.InstalmentRow]
) -> dict[int, list[derivation.PlanFacts]]:
    unpaid = _by_first((row.arrangement_id, (date.fromisoformat(row.due_on), row.unpaid_fen)) for row in instalments)
    return _by_first(
        (row.customer_id, derivation.PlanFacts(row.account_id, row.state, unpaid[row.id], row.grace_days))
        for row in rows
    )


def _by_first(pairs: Iterable[tuple[int, Value]]) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _lost(numbers: list[record_rows.NumberRow], calls: list[record_rows.CallRow]) -> set[int]:
    """The records whose customer cannot be reached: every number of theirs is known to be of no use, or was switched
    off in the latest calls in a row. Numbers of others say nothing of it.
    """
    usable: dict[int, list[tuple[int, datetime | None]]] = {}
    for number in numbers:
        theirs = usable.setdefault(number.customer_id, [])
        if number.quality not in UNUSABLE:
            theirs.append((number.id, _instant(number.verified_at) if number.verified_at else None))
    unreachable = {customer_id for customer_id, theirs in usable.items() if not theirs}
    # A number that was called by none of them, or was verified since, is still to be tried.
    switched_off = {
        customer_id
        for customer_id, (called, last) in _switched_off(calls).items()
        if all(
            number_id in called and (verified_at is None or verified_at <= last)
            for number_id, verified_at in usable.get(customer_id, [])
        )
    }
    return unreachable | switched_off


def _switched_off(calls: list[record_rows.CallRow]) -> dict[int, tuple[set[int | None], datetime]]:
    """The records whose latest calls in a row found a number switched off: which numbers, and when the last was."""
    heard = _by_first((call.customer_id, call) for call in calls)
    return {
        customer_id: ({call.contact_point_id for call in rows}, max(_instant(call.started_at) for call in rows))
        for customer_id, rows in heard.items()
        if [call.outcome for call in rows] == [OFF] * OFF_IN_A_ROW
    }
