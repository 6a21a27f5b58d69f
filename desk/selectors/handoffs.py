"""The work that waits for a department, the most urgent first."""

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.models import HandOff, Staff
from collections_app.selectors import records

MOST = 200


def inbox(staff: Staff) -> list[HandOff]:
    """Return the open hand-offs to the person's department within their scope, earliest deadline first."""
    rows = HandOff.objects.filter(
        to_department=staff.department,
        state__in=[state.value for state in STILL_OPEN],
        customer__in=records.scoped(staff),
    )
    return list(rows.select_related("customer__branch", "opened_by").order_by("due_at", "id")[:MOST])


def sent(staff: Staff) -> list[HandOff]:
    """Return the open hand-offs the person's department has sent to others, earliest deadline first."""
    rows = HandOff.objects.filter(
        from_department=staff.department,
        state__in=[state.value for state in STILL_OPEN],
        customer__in=records.scoped(staff),
    ).exclude(to_department=staff.department)
    return list(rows.select_related("customer__branch", "opened_by").order_by("due_at", "id")[:MOST])
