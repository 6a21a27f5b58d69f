"""The operator's board: file arrival, what waits, unknown sends, silent tasks, and books of people who left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from collections_app.models import Staff
from collections_app.selectors import data_age
from collections_app.selectors.ownership import people, workload
from collections_app.services import clock
from oversight.gateways import broker
from oversight.selectors import running as figures
from oversight.views.guard import for_staff


@for_staff("intake.run")
@require_safe
def running(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show it; it renews itself while it is in view."""
    now = clock.now()
    depths = broker.depths()
    gone = list(people.overseen(staff).filter(is_active=False))
    loads = workload.per_head(people=gone, now=now, today=timezone.localdate(now))
    context = {
        "now": now,
        "running": figures.running(now=now),
        "freshness": data_age.banner(now=now),
        "depths": None if depths is None else sorted(depths.items()),
        "left": [load for load in loads if load.accounts],
        "may_assign": staff.may("owner.assign"),
    }
    part = "#figures" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"oversight/running.html{part}", context)
