"""What the clock owes own field visits: one nobody set out for ends, and one nobody tells of is asked for."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count

from collections_app.domain import visits as rules
from collections_app.domain.visits import VisitState
from collections_app.models import Alert, Branch, Visit
from collections_app.services import alerts, records, sweeps

ALERT = "visit_untold"


def sweep(*, now: datetime, limit: int = 500) -> int:
    """End the approved visits whose hour has passed, and return how many; raise, renew or clear the branches' alerts.

    At most ``limit`` are ended in a run.
    """
    over = Visit.objects.filter(state=VisitState.PLANNED, ends_at__lt=now).order_by("ends_at", "id")
    try:
        return sweeps.each(list(over.values_list("id", "customer_id")), lambda row: _end(*row, now), limit=limit)
    finally:
        _tell_branches(now)


@transaction.atomic(durable=True)
def _end(visit_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    # Somebody may have called it off meanwhile, or set out at its last minute.
    if not Visit.objects.filter(pk=visit_id, state=VisitState.PLANNED, ends_at__lt=now).update(
        state=VisitState.CALLED_OFF, closed_at=now
    ):
        return False
    payload = {"visit": visit_id, "why": "hour_over"}
    records.append(customer=customer, kind="visit.called_off", actor=records.SYSTEM, now=now, payload=payload)
    return True


def _tell_branches(now: datetime) -> None:
    """Tell each branch of the visits whose result nobody told in a day: until then nobody contacts these customers."""
    untold = Visit.objects.filter(state=VisitState.BEGUN, ends_at__lte=now - rules.TOLD_WITHIN)
    found = dict(untold.order_by().values_list("customer__branch").annotate(visits=Count("id")))
    open_ones = Alert.objects.filter(kind=ALERT, resolved_at__isnull=True).values_list("branch", flat=True)
    for branch in Branch.objects.filter(id__in={*found, *open_ones}).order_by("id"):
        if branch.pk in found:
            alerts.raise_alert(kind=ALERT, detail={"visits": found[branch.pk]}, now=now, branch=branch)
        else:
            alerts.clear(kind=ALERT, now=now, branch=branch)
