"""The rows of a worklist as the screen shows them: the amount a queue is about, and why each row is there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, Sum

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.holds import HoldKind
from collections_app.domain.promises import NOT_KEPT, PENDING
from collections_app.models import (
    ArrangementInstalment,
    Contact,
    Conversation,
    Customer,
    Hold,
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
    last_contact_at: datetime | None
    call: Conversation | None
    at_risk: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a queue with the sizes of all queues."""

    queue: str
    counts: dict[str, int]
    rows: Sequence[Row]
    next_after: tuple[int, int] | None


def listing(*, staff: Staff, queue: str, after: tuple[int, int] | None, today: date, now: datetime) -> Listing:
    """Return a page of a queue. The number of queries does not depend on the number of rows."""
    counts = worklists.counts(staff)
    if queue not in counts:
        queue = next((name for name, number in counts.items() if number), "to_contact")
    page = worklists.page(staff=staff, queue=queue, after=after)
    ids = [customer.id for customer in page.rows]
    amounts = _amounts(queue, ids, today)
    parts, redates = _pending(ids) if queue in _PROMISE_QUEUES else ({}, {})
    kept, judged = _history(ids) if queue in _PROMISE_QUEUES else ({}, {})
    contacted = dict(
        Contact.objects.filter(customer_id__in=ids, state="made").values_list("customer_id").annotate(last=Max("at"))
    )
    stopped = incidents.covering(customers=page.rows, now=now)
    at_risk = _at_risk(ids, now)
    rows = [
        Row(
            customer=customer,
            amount_fen=amounts.get(customer.id, customer.overdue_fen),
            parts=parts.get(customer.id, ()),
            redates=redates.get(customer.id, 0),
            kept=kept.get(customer.id, 0),
            judged=judged.get(customer.id, 0),
            last_contact_at=contacted.get(customer.id),
            call=page.on_the_line.get(customer.id),
            at_risk=customer.id in at_risk,
            stopped=customer.id in stopped,
        )
        for customer in page.rows
    ]
    return Listing(queue, counts, rows, page.next_after)


def _at_risk(ids: Sequence[int], now: datetime) -> set[int]:
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        customer_id__in=ids,
        kind=HoldKind.RISK_TO_LIFE,
        released_at__isnull=True,
    )
    return set(rows.values_list("customer_id", flat=True))


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
    rows = PromisePart.objects.filter(
        customer_id__in=ids, promise__state__in=[state.value for state in PENDING]
    ).order_by("due_on")
    for customer_id, due_on, fen, times in rows.values_list("customer_id", "due_on", "amount_fen", "promise__redates"):
        parts[customer_id].append((due_on, fen))
        redates[customer_id] = max(times, redates.get(customer_id, 0))
    return parts, redates


def _history(ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    kept: dict[int, int] = defaultdict(int)
    judged: dict[int, int] = defaultdict(int)
    rows = (
        Promise.objects.filter(customer_id__in=ids, state__in=["kept", "kept_late", *NOT_KEPT])
        .values_list("customer_id", "state")
        .annotate(number=Count("id"))
    )
    for customer_id, state, number in rows:
        judged[customer_id] += number
        if state in {"kept", "kept_late"}:
            kept[customer_id] += number
    return kept, judged
