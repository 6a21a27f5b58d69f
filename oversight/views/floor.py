"""The team's board: what is due, what is late, who is on the line, who carries what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from collections_app.domain.reasons import REASONS
from collections_app.models import Staff
from collections_app.selectors.records import needs_purpose
from collections_app.services import clock
from collections_app.views.paging import page_of
from oversight.selectors import floor as figures
from oversight.views.guard import for_staff


@for_staff("board.read")
@require_safe
def floor(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show it; it renews itself while it is in view."""
    now = clock.now()
    found = figures.floor(staff=staff, now=now)
    language = get_language() or "zh-hans"
    complaints = page_of(request, found.complaints, name="complaints")
    complaints.object_list = [figures.clock_of(row, now=now) for row in complaints.object_list]
    context = {
        "now": now,
        "floor": found,
        "calls": page_of(request, found.calls, name="calls"),
        "complaints": complaints,
        "handoffs": page_of(request, found.handoffs, name="handoffs"),
        "promises": page_of(request, found.promises, name="promises"),
        "refusals": [
            (REASONS[code].text(language) if code in REASONS else code, number)
            for code, number in found.refusals.most_common()
        ],
        "needs_purpose": needs_purpose(staff),
        "may_assign": staff.may("owner.assign"),
        "lists_complaints": staff.may("complaint.take"),
        "may_export": staff.may("export.take"),
    }
    part = "#figures" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"oversight/floor.html{part}", context)
