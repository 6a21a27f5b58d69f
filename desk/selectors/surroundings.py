"""What the shell of every page counts."""

from collections_app.domain.handoffs import HandOffState
from collections_app.models import Conversation, HandOff, Staff
from collections_app.selectors import alerts, records


def open_alerts(*, staff: Staff) -> int:
    """Return how many open alerts concern this person. One query."""
    return alerts.open_alerts(staff).count()


def waiting_handoffs(*, staff: Staff) -> int:
    """Return how many hand-offs within this person's scope nobody of their department has taken. One query."""
    rows = HandOff.objects.filter(to_department=staff.department, state=HandOffState.OPEN)
    return rows.filter(customer__in=records.scoped(staff)).count()


def own_call(*, staff: Staff) -> Conversation | None:
    """Return the call this person is on, with its customer. One query."""
    return Conversation.objects.filter(staff=staff, ended_at__isnull=True).select_related("customer").first()
