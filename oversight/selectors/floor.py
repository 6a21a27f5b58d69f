"""What a supervisor must know now: what is due, what is late, who is on the line, and who carries what."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from collections_app.domain.complaints import RUNS, days_left
from collections_app.domain.handoffs import COMPLAINTS, STILL_OPEN
from collections_app.domain.promises import PENDING
from collections_app.models import Complaint, Conversation, HandOff, PermitRefusal, PromisePart, Staff
from collections_app.selectors import lines, records
from collections_app.selectors.ownership import people, workload
from collections_app.selectors.ownership.workload import Load
from collections_app.selectors.zones import bank_zone


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open complaint: how many whole days are left to answer it, and whether its clock runs at all."""

    complaint: Complaint
    days_left: int
    runs: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor at an instant, of the records in one person's reach; lists in order, to be read by the page. Fen."""

    promises: QuerySet[PromisePart]
    promises_number: int
    promises_fen: int
    handoffs: QuerySet[HandOff]
    handoffs_number: int
    handoffs_late: int
    complaints: QuerySet[Complaint]
    complaints_number: int
    complaints_late: int
    calls: QuerySet[Conversation]
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
    # A complaint is counted as what it is, by its own state and days: see below.
    waiting = (
        waiting.exclude(kind__in=COMPLAINTS)
        .select_related("customer", "opened_by")
        .order_by(F("waiting_since").asc(nulls_first=True), "due_at", "id")
    )
    late = Q(due_at__lt=now)
    # Whose clock stands still for the customer cannot be late, and comes after those whose clock runs.
    running_late = late & Q(waiting_since__isnull=True)
    counted = waiting.order_by().aggregate(number=Count("id"), late=Count("id", filter=running_late))
    complaints = Complaint.objects.filter(closed_at__isnull=True, customer__in=reach).select_related("customer")
    complained = complaints.order_by().aggregate(number=Count("id"), late=Count("id", filter=late & Q(state__in=RUNS)))
    calls = Conversation.objects.filter(lines.OPEN, customer__in=reach).select_related("staff", "customer")
    refused = PermitRefusal.objects.filter(
        at__gte=begins, at__lt=begins + timedelta(days=1), customer__in=reach
    ).order_by()
    loads = workload.per_head(people=list(people.overseen(staff)), now=now, today=today)
    return Floor(
        promises=due.select_related("customer", "customer__owner").order_by("-amount_fen", "id"),
        promises_number=whole["number"],
        promises_fen=whole["fen"] or 0,
        handoffs=waiting,
        handoffs_number=counted["number"],
        handoffs_late=counted["late"],
        complaints=complaints.order_by(_by_clock(), "due_at", "id"),
        complaints_number=complained["number"],
        complaints_late=complained["late"],
        calls=calls.order_by("started_at", "id"),
        refusals=Counter(dict(refused.values_list("reason").annotate(Count("id")))),
        loads=[load for load in loads if load.staff.is_active],
        left=[load for load in loads if not load.staff.is_active and load.accounts],
    )


def _by_clock() -> Case:
    """Those whose clock runs first: what is answered waits for the complainant."""
    return Case(When(state__in=RUNS, then=0), default=1)


def clock_of(complaint: Complaint, *, now: datetime) -> Waiting:
    """Return one open complaint with the time that is left to answer it."""
    return Waiting(complaint, days_left(due_at=complaint.due_at, now=now), complaint.state in RUNS)
