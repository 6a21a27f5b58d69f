"""Telling a branch of plans that nobody can judge."""

from datetime import datetime

from django.db.models import Count

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.ownership.pools import Pool
from collections_app.models import Alert, Arrangement, Branch
from collections_app.services import alerts

ALERT = "plan_account_gone"


def tell(*, now: datetime) -> int:
    """Raise or clear, for each branch, the alert of plans in force whose account has left the core's file.

    Paid there, sold or moved: the plan is never late and never performed, so somebody has to find out. What was
    assigned is somebody else's. Return how many there are. Three queries, and two for each branch that has any.
    """
    gone = Arrangement.objects.filter(state__in=IN_FORCE, account__closed_in_core=True)
    rows = gone.exclude(account__placement=Pool.ASSIGNED).order_by().values_list("customer__branch_id")
    counts = dict(rows.annotate(Count("id")))
    told = Alert.objects.filter(kind=ALERT, resolved_at__isnull=True).values_list("branch_id", flat=True)
    branches = Branch.objects.in_bulk({*counts, *(pk for pk in told if pk)})
    for branch_id, branch in branches.items():
        if number := counts.get(branch_id):
            alerts.raise_alert(kind=ALERT, detail={"plans": number}, now=now, branch=branch)
        else:
            alerts.clear(kind=ALERT, now=now, branch=branch)
    return sum(counts.values())
