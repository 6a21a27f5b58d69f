"""The alerts a member of staff should see."""

from django.db.models import Q, QuerySet

from collections_app.domain.staff import Scope
from collections_app.models import Alert, Staff


def open_alerts(staff: Staff) -> QuerySet[Alert]:
    """Return the unresolved alerts that concern this person, the newest first.

    Who sees the whole institution sees all of them; others see the bank's and their own branch's.
    """
    alerts = Alert.objects.filter(resolved_at__isnull=True).select_related("branch").order_by("-raised_at", "-id")
    if not staff.is_active or staff.scope == Scope.NONE:
        return alerts.none()
    if staff.scope == Scope.INSTITUTION:
        return alerts
    return alerts.filter(Q(branch__isnull=True) | Q(branch_id=staff.branch_id))
