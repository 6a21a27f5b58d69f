"""The rows of a worklist as the screen shows them: the amount a queue is about, and why each row is there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection
from django.db.models import Sum

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.holds import HoldKind
from collections_app.domain.promises import NOT_KEPT, PENDING
from collections_app.domain.worklists.conditions import Condition
from collections_app.domain.worklists.views import View, queue_view
from collections_app.models import (
    ArrangementInstalment,
    CaseClaim,
    Conversation,
    Customer,
    Hold,
    Incident,
    PaymentClaim,
    Promise,
    PromisePart,
    Staff,
)
from collections_app.selectors import incidents, worklists

_PROMISE_QUEUES = frozenset({"promise_due", "promise_pending", "promise_broken"})


@dataclass(frozen=True, slots=True)
class Row:
    """One case on a worklist. ``amount_fen`` is the amount its queue is about."""

    customer: Customer
    amount_fen: int
    parts: Sequence[tuple[date, int]]
    redates: int
    kept: int
    judged: int
    call: Conversation | None
    at_risk: bool = False
    stopped: bool = False
    claim: CaseClaim | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a view with the sizes of all views. ``shown`` is the view with what was chosen upon it."""

    view: View
    shown: View
    counts: dict[str, int]
    total: int
    rows: Sequence[Row]
    next_after: tuple[int, int] | None


# What a row shows or is ordered by; the rest of a record is wide, and sealed.
_COLUMNS = (
    *("id", "version", "customer_no", "name", "branch_id", "queue", "status", "stage", "told_state", "overdue_fen"),
    *("next_step", "next_step_at", "priority", "priority_why", "stage_account__days_past_due"),
)
# The size of the view as it is narrowed, among the sizes of the others.
_SHOWN = "shown"


def listing(
    *,
    staff: Staff,
    views: Sequence[View],
    wanted: str,
    conditions: tuple[Condition, ...],
    order: str,
    after: tuple[int, int] | None,
    going_on: Sequence[Incident],
    now: datetime,
    today: date,
) -> Listing:
    """Return a page of a view. The number of queries does not depend on the number of rows.

    ``going_on`` are the incidents in force.
    ``wanted`` is the key of the view; where there is none of that key, the first that holds a case is shown.
    """
    by_key = {view.key: view for view in views}
    view = by_key.get(wanted)
    asked = list(views)
    if view is not None and conditions:
        asked.append(replace(view.narrowed(conditions), key=_SHOWN))
    cases = worklists.open_cases(staff, now=now)
    counts = worklists.counts(staff, asked, now=now, among=cases)
    if view is None:
        view = next((item for item in views if counts[item.key]), queue_view("to_contact"))
    shown = view.narrowed(conditions).in_order(order)
    page = worklists.page(staff=staff, view=shown, now=now, after=after, columns=_COLUMNS, among=cases)
    total = counts.get(_SHOWN, counts.get(view.key, 0))
    return Listing(view, shown, counts, total, _rows(page, going_on, today, now), page.next_after)


def _rows(page: worklists.Page, going_on: Sequence[Incident], today: date, now: datetime) -> list[Row]:
    """The rows with the amount each is about; what a queue does not need is not asked for."""
    by_queue: dict[str, list[int]] = defaultdict(list)
    for customer in page.rows:
        by_queue[customer.queue].append(customer.id)
    amounts: dict[int, int] = {}
    for queue, ids in by_queue.items():
        amounts |= _amounts(queue, ids, today)
    promised = [id_ for queue, ids in by_queue.items() if queue in _PROMISE_QUEUES for id_ in ids]
    parts, redates = _pending(promised) if promised else ({}, {})
    kept, judged = _history(promised) if promised else ({}, {})
    stopped = incidents.covered(page.rows, going_on)
    at_risk = _at_risk([customer.id for customer in page.rows], now)
    return [
        Row(
            customer=customer,
            amount_fen=amounts.get(customer.id, customer.overdue_fen),
            parts=parts.get(customer.id, ()),
            redates=redates.get(customer.id, 0),
            kept=kept.get(customer.id, 0),
            judged=judged.get(customer.id, 0),
            call=page.on_the_line.get(customer.id),
            at_risk=customer.id in at_risk,
            stopped=customer.id in stopped,
            claim=page.claims.get(customer.id),
        )
        for customer in page.rows
    ]


def _at_risk(ids: Sequence[int], now: datetime) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_AT_RISK, [HoldKind.RISK_TO_LIFE, now, list(ids)])
        return {customer_id for (customer_id,) in cursor.fetchall()}


_AT_RISK = f"""
    SELECT customer_id FROM {Hold._meta.db_table}
    WHERE kind = %s AND released_at IS NULL AND (ends_at IS NULL OR ends_at > %s) AND customer_id = ANY(%s)
"""  # noqa: S608  the name of our own table


def _amounts(queue: str, ids: Sequence[int], today: date) -> dict[int, int]:
    """What the queue is about, in fen; the overdue amount where nothing is named."""
    if queue in {"promise_due", "promise_pending"}:
        rows = PromisePart.objects.filter(customer_id__in=ids, promise__state__in=[state.value for state in PENDING])
        if queue == "promise_due":
            rows = rows.filter(due_on=today)
        return dict(rows.values_list("customer_id").annotate(total=Sum("amount_fen")))
    if queue == "payment_pending":
        claims = PaymentClaim.objects.filter(customer_id__in=ids, state="open")
        return dict(claims.values_list("customer_id").annotate(total=Sum("amount_fen")))
    if queue == "plan":
        found: dict[int, int] = {}
        lines = ArrangementInstalment.objects.filter(
            customer_id__in=ids, arrangement__state__in=[state.value for state in IN_FORCE]
        ).order_by("due_on")
        for line in lines:
            if line.paid_fen < line.amount_fen:
                found.setdefault(line.customer_id, line.amount_fen - line.paid_fen)
        return found
    return {}


def _pending(ids: Sequence[int]) -> tuple[dict[int, list[tuple[date, int]]], dict[int, int]]:
    parts: dict[int, list[tuple[date, int]]] = defaultdict(list)
    redates: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, [list(ids), [state.value for state in PENDING]])
        for customer_id, due_on, fen, times in cursor.fetchall():
            parts[customer_id].append((due_on, fen))
            redates[customer_id] = max(times, redates.get(customer_id, 0))
    return parts, redates


_PENDING = f"""
    SELECT part.customer_id, part.due_on, part.amount_fen, promise.redates
    FROM {PromisePart._meta.db_table} AS part JOIN {Promise._meta.db_table} AS promise ON promise.id = part.promise_id
    WHERE part.customer_id = ANY(%s) AND promise.state = ANY(%s) ORDER BY part.due_on
"""  # noqa: S608  names of our own tables


def _history(ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [_KEPT, list(ids), [*_KEPT, *NOT_KEPT]])
        rows = cursor.fetchall()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


_KEPT = ["kept", "kept_late"]
_HISTORY = f"""
    SELECT customer_id, count(*) FILTER (WHERE state = ANY(%s)), count(*) FROM {Promise._meta.db_table}
    WHERE customer_id = ANY(%s) AND state = ANY(%s) GROUP BY customer_id
"""  # noqa: S608  the name of our own table
