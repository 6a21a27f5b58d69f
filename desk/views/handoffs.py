"""The inbox of hand-offs: what waits for one's department, and what it has sent to others."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collections_app.models import Staff
from collections_app.selectors import records
from collections_app.services import clock
from desk.selectors import handoffs as selector


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what climbed to the person, both lists, the most urgent first, and what others have done lately."""
    now = clock.now()
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    context = {
        "groups": [
            *([("climbed", rows)] if (rows := selector.climbed(staff, now=now)) else []),
            ("received", selector.inbox(staff, now=now)),
            ("sent", selector.sent(staff, now=now)),
            ("finished", selector.finished(staff, now=now)),
        ],
        "lists_complaints": staff.may("complaint.take"),
        "needs_purpose": records.needs_purpose(staff),
        "may_move": staff.may("handoff.move"),
        "now": now,
    }
    part = "#lists" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"desk/handoffs/page.html{part}", context)
