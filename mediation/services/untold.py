"""Sessions nobody has told the outcome of: each branch hears of its own."""

from datetime import datetime

from django.db.models import Count

from collections_app.services import alerts
from mediation.selectors import board

ALERT = "mediation_untold"


def watch(*, now: datetime) -> int:
    """Tell each branch how many sessions are over without an outcome, clear what is told; return how many there are."""
    rows = board.untold(now=now).values_list("customer__branch").annotate(number=Count("id"))
    counts = dict(rows.order_by("customer__branch"))
    alerts.tell_branches(kind=ALERT, counts=counts, now=now)
    return sum(counts.values())
