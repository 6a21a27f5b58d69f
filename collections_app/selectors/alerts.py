"""The alerts a member of staff should see."""

from django.db.models import Q, QuerySet

from collections_app.domain.staff import Scope
from collections_app.models import Alert, Staff


def may_see(staff: Staff) -> bool:
    """Return whether any alert concerns this person: whoever sees customers, and whoever settles alerts."""
    return staff.is_active and (staff.scope != Scope.NONE or staff.may("alert.resolve"))


def open_alerts(staff: Staff) -> QuerySet[Alert]:
    """Return the unresolved alerts that concern this person, the newest first.

    Who sees the whole institution sees all of them, and so does who settles alerts and sees no customers: an alert says
    what happened and how often, and names none. Others see the bank's and their own branch's.
    """
    alerts = Alert.objects.filter(resolved_at__isnull=True).select_related("branch").order_by("-raised_at", "-id")
    if not may_see(staff):
        return alerts.none()
    if staff.scope in (Scope.INSTITUTION, Scope.NONE):
        return alerts
    return alerts.filter(Q(branch__isnull=True) | Q(branch_id=staff.branch_id))
