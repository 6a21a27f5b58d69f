"""Today's messages as a picture, with alerts and how far the planner is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from collections_app.services import clock
from notifications.domain.flow import FLOW_STATIONS, tone
from notifications.domain.reasons import reason_text
from notifications.selectors import flow as selectors
from notifications.services.senders import stopped_providers
from notifications.views.guard import staff_of


@login_required
@require_safe
def flow(request: HttpRequest) -> HttpResponse:
    """Show where the messages of today are, in this person's scope; renewed while the page is in view."""
    staff, now = staff_of(request), clock.now()
    today = timezone.localdate(now)
    found = selectors.day(staff=staff, on=today, now=now)
    context = {
        "now": now,
        "day": found,
        "streams": [
            (station(item.source), tone(item.source), station(item.target), tone(item.target), item.number)
            for item in found.streams
        ],
        "alerts": selectors.alerts(staff),
        "stopped": stopped_providers(),
        "runs": selectors.runs(on=today),
    }
    part = "#figures" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"notifications/flow.html{part}", context)


def station(code: str) -> str:
    """Return the name of a station in the language of the moment."""
    language = get_language() or "zh-hans"
    if code.startswith("reason:"):
        return reason_text(code.partition(":")[2], language)
    return FLOW_STATIONS[code].text(language)
