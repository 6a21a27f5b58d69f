"""The facts that derivation rests on, loaded for many records in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from collections_app.domain import derivation
from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.promises import PromiseState
from collections_app.models import (
    Account,
    Arrangement,
    ArrangementInstalment,
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
_OF_ACCOUNTS = (
    *("customer_id", "overdue_since", "grace_days", "placement", "owner_id", "closed_in_core", "payoff_valid_until"),
    *("core_overdue_fen", "core_minimum_due_fen", "core_billed_fen", "core_payoff_fen", "core_unbilled_fen"),
)


def facts_of(customers: Sequence[Customer]) -> dict[int, derivation.RecordFacts]:
    """Return the derivation facts of each customer by id, in eleven queries however many there are."""
    book = codes.current()
    ids = [customer.id for customer in customers]
    accounts = _accounts(ids)
    promises = _promises(ids)
    holds = _holds(ids)
    plans = _plans(ids)
    callbacks = _callbacks(ids)
    lost = _lost(ids)
    return {
        customer.id: derivation.RecordFacts(
            table=book.holds,
            precedence=book.precedence,
            time_zone=customer.time_zone,
            case_open=bool(customer.case_number),
            accounts=accounts[customer.id],
            promises=promises[customer.id],
            holds=holds[customer.id],
            plans=plans[customer.id],
            callback_due_at=callbacks.get(customer.id),
            failed_numbers=customer.id in lost,
        )
        for customer in customers
    }


def _accounts(ids: list[int]) -> dict[int, list[derivation.AccountFacts]]:
    on_top: dict[int, int] = defaultdict(int)
    in_flight: set[int] = set()
    bounced: dict[int, list[derivation.Bounce]] = defaultdict(list)
    beside = list(Entry.objects.filter(customer_id__in=ids, state__in=["received", "in_flight"]))
    bounces = {row.reference: row for row in beside if row.kind == "reversal"}
    # Parts that were given back of payments no file contains yet simply lower them.
    beside_paid = {row.reference for row in beside if row.kind == "payment" and row.state == "received"}
    for row in [row for row in bounces.values() if row.of_reference in beside_paid]:
        on_top[row.account_id] -= bounces.pop(row.reference).amount_fen
    for row in beside:
        if row.kind != "payment":
            continue
        if row.state == "in_flight":
            in_flight.add(row.account_id)
        # A payment that bounced before any file contained it cancels with its reversal.
        elif bounces.pop(row.reference, None) is None:
            on_top[row.account_id] += row.amount_fen
    for row in bounces.values():
        bounced[row.account_id].append(_bounce(row))
    found: dict[int, list[derivation.AccountFacts]] = defaultdict(list)
    # The rest of an account is wide, and its number sealed.
    for account in Account.objects.filter(customer_id__in=ids).only(*_OF_ACCOUNTS).order_by("id"):
        found[account.customer_id].append(
            derivation.AccountFacts(
                id=account.id,
                core=account.core_amounts,
                overdue_since=account.overdue_since,
                grace_days=account.grace_days,
                paid_on_top_fen=on_top[account.id],
                payment_in_flight=account.id in in_flight,
                placement=account.placement,
                owner_id=account.owner_id,
                closed_in_core=account.closed_in_core,
                bounced=bounced[account.id],
            )
        )
    return found


def _bounce(reversal: Entry) -> derivation.Bounce:
    lowered = dict(reversal.lowered or {})
    since = lowered.pop("overdue_since", None)
    return derivation.Bounce(lowered, date.fromisoformat(since) if since else None)


def _promises(ids: list[int]) -> dict[int, list[derivation.PromiseFacts]]:
    parts: dict[int, list[tuple[date, int]]] = defaultdict(list)
    unjudged = PromisePart.objects.filter(customer_id__in=ids, judged_at__isnull=True)
    for promise_id, due_on, fen in unjudged.values_list("promise_id", "due_on", "amount_fen"):
        parts[promise_id].append((due_on, fen))
    found: dict[int, list[derivation.PromiseFacts]] = defaultdict(list)
    for promise in Promise.objects.filter(customer_id__in=ids).exclude(state=PromiseState.PROPOSED):
        found[promise.customer_id].append(
            derivation.PromiseFacts(
                promise.id, promise.account_id, promise.state, sorted(parts[promise.id]), promise.taken_at
            )
        )
    return found


def _holds(ids: list[int]) -> dict[int, list[derivation.HoldFacts]]:
    found: dict[int, list[derivation.HoldFacts]] = defaultdict(list)
    rows = Hold.objects.filter(customer_id__in=ids, released_at__isnull=True)
    for customer_id, kind, account_id, ends_at in rows.values_list("customer_id", "kind", "account_id", "ends_at"):
        found[customer_id].append(derivation.HoldFacts(kind, account_id, ends_at))
    return found


def _plans(ids: list[int]) -> dict[int, list[derivation.PlanFacts]]:
    unpaid: dict[int, list[tuple[date, int]]] = defaultdict(list)
    lines: Any = ArrangementInstalment.objects.filter(
        customer_id__in=ids, arrangement__state__in=[state.value for state in IN_FORCE]
    )
    for line in lines:
        if line.paid_fen < line.amount_fen:
            unpaid[line.arrangement_id].append((line.due_on, line.amount_fen - line.paid_fen))
    found: dict[int, list[derivation.PlanFacts]] = defaultdict(list)
    plans = Arrangement.objects.filter(customer_id__in=ids, state__in=[state.value for state in IN_FORCE])
    for plan in plans:
        found[plan.customer_id].append(
            derivation.PlanFacts(plan.account_id, plan.state, unpaid[plan.id], plan.grace_days)
        )
    return found


def _callbacks(ids: list[int]) -> dict[int, datetime]:
    """The earliest agreed callback of each record."""
    rows = HandOff.objects.filter(
        customer_id__in=ids, kind="callback", state__in=[state.value for state in STILL_OPEN]
    ).order_by("-due_at")
    return dict(rows.values_list("customer_id", "due_at"))


def _lost(ids: list[int]) -> set[int]:
    """The records whose customer cannot be reached: every number of theirs is known to be of no use, or was switched
    off in the latest calls in a row. Numbers of others say nothing of it.
    """
    numbers = ContactPoint.objects.filter(
        customer_id__in=ids, relation="self", kind__in=["mobile", "landline_home", "landline_work"]
    )
    usable: dict[int, list[tuple[int, datetime | None]]] = {}
    for customer_id, number, quality, verified_at in numbers.values_list("customer_id", "id", "quality", "verified_at"):
        theirs = usable.setdefault(customer_id, [])
        if quality not in UNUSABLE:
            theirs.append((number, verified_at))
    unreachable = {customer_id for customer_id, theirs in usable.items() if not theirs}
    # A number that was called by none of them, or was verified since, is still to be tried.
    switched_off = {
        customer_id
        for customer_id, (called, last) in _switched_off(ids).items()
        if all(
            number in called and (verified_at is None or verified_at <= last)
            for number, verified_at in usable.get(customer_id, [])
        )
    }
    return unreachable | switched_off


def _switched_off(ids: list[int]) -> dict[int, tuple[set[int | None], datetime]]:
    """The records whose latest calls in a row found a number switched off: which numbers, and when the last was."""
    latest = Window(RowNumber(), partition_by=[F("customer_id")], order_by=[F("started_at").desc(), F("id").desc()])
    of_theirs = Q(contact__contact_point__relation="self") | Q(contact__inbound=True)
    calls = Conversation.objects.filter(of_theirs, customer_id__in=ids)
    calls = calls.exclude(outcome="").annotate(place=latest).filter(place__lte=OFF_IN_A_ROW)
    heard: dict[int, list[tuple[str, int | None, datetime]]] = defaultdict(list)
    rows = calls.values_list("customer_id", "outcome", "contact__contact_point_id", "started_at")
    for customer_id, outcome, number, at in rows:
        heard[customer_id].append((outcome, number, at))
    return {
        customer_id: ({number for _, number, _ in rows}, max(at for _, _, at in rows))
        for customer_id, rows in heard.items()
        if [outcome for outcome, _, _ in rows] == [OFF] * OFF_IN_A_ROW
    }
