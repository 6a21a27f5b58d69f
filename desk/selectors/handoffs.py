"""The work that waits for a department, the most urgent first."""

from datetime import datetime

from django.db.models import Case, Q, QuerySet, Value, When

from collections_app.domain.handoffs import CALLBACK, COMPLAINTS, CONTEST_WITHIN, STILL_OPEN, HandOffState
from collections_app.domain.staff import Department
from collections_app.models import Event, HandOff, Staff
from collections_app.selectors import covers, records


def _within(staff: Staff, now: datetime) -> QuerySet[HandOff]:
    rows = HandOff.objects.filter(customer__in=records.scoped(staff, now=now))
    return rows.select_related(
        "customer__branch",
        "customer__owner",
        "opened_by",
        "accepted_by",
        "escalated_to",
        "complaint",
        "complaint_review",
    )


def climbed(staff: Staff, *, now: datetime) -> QuerySet[HandOff]:
    """Return the open hand-offs told to this person, or to whom they cover for, because their time runs out.

    The most urgent first.
    """
    rows = _within(staff, now).filter(
        level__gt=0, closed_at__isnull=True, escalated_to__in=covers.books(staff=staff, now=now)
    )
    return rows.order_by("due_at", "id")


def finished(staff: Staff, *, now: datetime) -> QuerySet[HandOff]:
    """Return what others have done for the person's department lately, the newest first: it may be contested."""
    rows = _within(staff, now).filter(
        from_department__in=_senders(staff), state=HandOffState.DONE, closed_at__gte=now - CONTEST_WITHIN
    )
    rows = rows.exclude(to_department=staff.department).exclude(kind__in=COMPLAINTS)
    return rows.order_by("-closed_at", "-id")


def _senders(staff: Staff) -> list[str]:
    """The departments a person stands for: customer service also for who asked by the customer's page."""
    return [staff.department, *(["customer"] if staff.department == "service" else [])]


def inbox(staff: Staff, *, now: datetime) -> QuerySet[HandOff]:
    """Return the open hand-offs to the person's department within their scope, earliest deadline first.

    Callbacks to customers of the person's own book, or of one they cover, come before all: the owner calls back.
    """
    rows = _within(staff, now).filter(to_department=staff.department, state__in=[state.value for state in STILL_OPEN])
    own = Q(kind=CALLBACK, customer__owner__in=covers.books(staff=staff, now=now))
    rows = rows.annotate(is_own=Case(When(own, then=Value(0)), default=Value(1)))
    return rows.order_by("is_own", "due_at", "id")


def sent(staff: Staff, *, now: datetime) -> QuerySet[HandOff]:
    """Return the open hand-offs the person's department has sent to others, earliest deadline first."""
    rows = (
        _within(staff, now)
        .filter(from_department=staff.department, state__in=[state.value for state in STILL_OPEN])
        .exclude(to_department=staff.department)
    )
    return rows.order_by("due_at", "id")


def added_by_customer(handoff: HandOff) -> list[Event]:
    """Return what its customer has said of a hand-off of theirs since it was opened, the oldest first. One query."""
    if handoff.from_department != Department.CUSTOMER:
        return []
    rows = Event.objects.filter(
        customer_id=handoff.customer_id,
        kind__in=["handoff.papers", "handoff.moved"],
        department=Department.CUSTOMER,
        payload__handoff=handoff.pk,
        text_row__isnull=False,
    )
    return list(rows.select_related("text_row").order_by("id"))
