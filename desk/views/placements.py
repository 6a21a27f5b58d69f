"""The placement manager's page: agencies, what is with them, what waits, and what came back."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from collections_app.domain.ownership.moving import AGENCY_GOALS
from collections_app.services import clock
from collections_app.services.machines import placements
from collections_app.views.paging import page_of
from desk.selectors import ownership
from desk.selectors import placements as selector
from desk.views.ownership.guard import ForRoleView


class PlacementsView(ForRoleView):
    """Everything that is placed, renewed by itself."""

    action: ClassVar[str] = placements.ACTION

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it; the live feed asks for the part alone."""
        now = clock.now()
        context = {
            "now": now,
            "agencies": selector.agencies(now=now),
            "placed": page_of(request, selector.placed(self.staff, now=now), name="placed"),
            "told": page_of(request, selector.told(self.staff, now=now), name="told"),
            "recalled": page_of(request, selector.recalled(self.staff, now=now), name="recalled"),
            "plans": ownership.plans_of(self.staff, goals=AGENCY_GOALS),
        }
        part = "#lists" if request.headers.get("HX-Request") == "true" else ""
        return render(request, f"desk/placements/page.html{part}", context)
