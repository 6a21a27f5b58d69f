"""What a supervisor must know now: what is due, what is late, who is on the line, and who carries what."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q, Sum

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.promises import PENDING
from collections_app.models import Conversation, HandOff, PermitRefusal, PromisePart, Staff
from collections_app.selectors import lines, records
from collections_app.selectors.ownership import people, workload
from collections_app.selectors.ownership.workload import Load
from collections_app.selectors.zones import bank_zone

SHOWN = 30
COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor at an instant, of the records in one person's reach. Amounts in fen."""

    promises: list[PromisePart]
    promises_number: int
    promises_fen: int
    handoffs: list[HandOff]
    handoffs_number: int
    handoffs_late: int
    complaints: list[HandOff]
    complaints_number: int
    complaints_late: int
    calls: list[Conversation]
    refusals: Counter[str]
    loads: list[Load]
    left: list[Load]


def floor(*, staff: Staff, now: datetime) -> Floor:
    """Return the floor of a person's reach. The number of queries does not depend on how much there is."""
    zone = bank_zone()
    today = now.astimezone(zone).date()
    begins = datetime.combine(today, time.min, tzinfo=zone)
    reach = records.scoped(staff, now=now).order_by().values("id")
    due = PromisePart.objects.filter(
        due_on=today, promise__state__in=[state.value for state in PENDING], customer__in=reach
    )
    whole = due.aggregate(number=Count("promise", distinct=True), fen=Sum("amount_fen"))
    waiting = HandOff.objects.filter(state__in=[state.value for state in STILL_OPEN], customer__in=reach)
    waiting = waiting.select_related("customer", "opened_by").order_by("due_at", "id")
    complaint, late = Q(kind=COMPLAINT), Q(due_at__lt=now)
    counted = waiting.order_by().aggregate(
        handoffs=Count("id", filter=~complaint),
        late=Count("id", filter=~complaint & late),
        complaints=Count("id", filter=complaint),
        complaints_late=Count("id", filter=complaint & late),
    )
    calls = Conversation.objects.filter(lines.OPEN, customer__in=reach).select_related("staff", "customer")
    refused = PermitRefusal.objects.filter(
        at__gte=begins, at__lt=begins + timedelta(days=1), customer__in=reach
    ).order_by()
    loads = workload.per_head(people=list(people.overseen(staff)), now=now, today=today)
    return Floor(
        promises=list(due.select_related("customer", "customer__owner").order_by("-amount_fen", "id")[:SHOWN]),
        promises_number=whole["number"],
        promises_fen=whole["fen"] or 0,
        handoffs=list(waiting.exclude(complaint)[:SHOWN]),
        handoffs_number=counted["handoffs"],
        handoffs_late=counted["late"],
        complaints=list(waiting.filter(complaint)[:SHOWN]),
        complaints_number=counted["complaints"],
        complaints_late=counted["complaints_late"],
        calls=list(calls.order_by("started_at")[:SHOWN]),
        refusals=Counter(dict(refused.values_list("reason").annotate(Count("id")))),
        loads=[load for load in loads if load.staff.is_active],
        left=[load for load in loads if not load.staff.is_active and load.accounts],
    )
