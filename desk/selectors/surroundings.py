"""What the shell of every page counts."""

from datetime import datetime, timedelta

from django.db.models import F

from collections_app.domain.handoffs import HandOffState
from collections_app.models import Conversation, Event, EventPending, HandOff, Staff
from collections_app.selectors import alerts, records, walls

# Events get their place within seconds; a night's file may keep the sequencer busy for minutes.
_STOPPED_AFTER = timedelta(minutes=45)


def open_alerts(*, staff: Staff) -> int:
    """Return how many open alerts concern this person. One query."""
    return alerts.open_alerts(staff).count()


def waiting_handoffs(*, staff: Staff) -> int:
    """Return how many hand-offs within this person's scope nobody of their department has taken. One query."""
    rows = HandOff.objects.filter(to_department=staff.department, state=HandOffState.OPEN)
    return rows.filter(customer__in=records.scoped(staff)).count()


def own_call(*, staff: Staff) -> Conversation | None:
    """Return the call this person is on or has yet to close, the one they are on first. One query."""
    rows = Conversation.objects.filter(staff=staff, ended_at__isnull=True).select_related("customer")
    rows = walls.outside_by(rows, staff, "customer")
    return rows.order_by(F("interrupted_at").desc(nulls_first=True)).first()


def work_stopped_at(*, now: datetime) -> datetime | None:
    """Return when background work stopped: since when an event has waited for its place, if too long. Two queries."""
    first = EventPending.objects.order_by("event_id").values_list("event_id", flat=True).first()
    if first is None:
        return None
    waits = Event.objects.filter(id=first, at__lt=now - _STOPPED_AFTER).values_list("at", flat=True)
    return waits.first()
