"""The inbox of hand-offs: what waits for one's department, and what it has sent to others."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from collections_app.models import Staff
from collections_app.selectors import records
from collections_app.services import clock
from collections_app.views.paging import page_of
from desk.selectors import handoffs as selector
from desk.selectors import surroundings
from desk.views.writes.base import StaffView


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what climbed to the person, both lists, the most urgent first, and what others have done lately."""
    now = clock.now()
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    lists = {
        "climbed": selector.climbed(staff, now=now),
        "received": selector.inbox(staff, now=now),
        "sent": selector.sent(staff, now=now),
        "finished": selector.finished(staff, now=now),
    }
    pages = [(side, page_of(request, rows, name=side)) for side, rows in lists.items()]
    context = {
        "groups": [(side, page) for side, page in pages if side != "climbed" or page.paginator.count],
        "lists_complaints": staff.may("complaint.take"),
        "needs_purpose": records.needs_purpose(staff),
        "may_move": staff.may("handoff.move"),
        "now": now,
    }
    part = "#lists" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"desk/handoffs/page.html{part}", context)


class BadgeView(StaffView):
    """How many hand-offs wait for the person's department, as the navigation shows it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the number alone."""
        count = surroundings.waiting_handoffs(staff=self.staff, now=clock.now())
        context = {"count": count, "url": reverse("desk:handoffs_badge"), "id": "handoffs-badge"}
        return render(request, "desk/_badge.html", context)


class RiskCallsView(StaffView):
    """The urgent risks that ring at this person, as every page shows them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return them alone."""
        return render(request, "desk/_risk_calls.html")
