"""Workload per head, and leave: who is away, and who works their book meanwhile."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from collections_app.selectors.ownership import people, workload
from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.services.ownership import covers
from collections_app.views.once import say_saved, sending_of
from collections_app.views.paging import page_of
from desk.forms.ownership import CoverForm
from desk.selectors import ownership
from desk.views.ownership.guard import ForRoleView, refused


class LoadsView(ForRoleView):
    """What everybody of one's reach carries, the books of those who have left first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it; the live feed asks for the part alone."""
        now = clock.now()
        overseen = list(people.overseen(self.staff).select_related("branch"))
        loads = workload.per_head(people=overseen, now=now, today=timezone.localdate(now))
        context = {
            "now": now,
            "loads": [load for load in loads if load.staff.is_active],
            "left": [load for load in loads if not load.staff.is_active and load.accounts],
            "nobodys": ownership.nobodys(self.staff, now=now),
            "most_nobodys": ownership.MOST_NOBODYS,
            "plans": ownership.plans_of(self.staff),
            "may_export": self.staff.may("export.take"),
        }
        part = "#loads" if request.headers.get("HX-Request") == "true" else ""
        return render(request, f"desk/ownership/loads.html{part}", context)


class CoversView(ForRoleView):
    """Who is away now or soon, and the form that arranges a cover."""

    writes_once: ClassVar[bool] = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show both."""
        return self.show(CoverForm(staff=self.staff, initial={"away": request.GET.get("away", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Arrange a cover, or say why not."""
        form = CoverForm(request.POST, staff=self.staff)
        if not form.is_valid():
            return self.show(form, status=422)
        values = form.cleaned_data
        try:
            covers.arrange(
                away_id=int(values["away"]),
                cover_id=int(values["cover"]),
                first_on=values["first_on"],
                last_on=values["last_on"],
                reason=values["reason"],
                actor=self.actor,
                now=clock.now(),
            )
        except RefusedError as error:
            # Sent twice, the second finds the cover of the first: nothing is arranged again.
            return self.show(form, **refused(error))
        answer = HttpResponseRedirect(reverse("desk:covers"), status=303)
        return say_saved(answer, sending_of(request, self.staff))

    def show(self, form: CoverForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        now = clock.now()
        rows = page_of(self.request, ownership.covers_of(self.staff, now=now), name="covers")
        context = {"form": form, "refusal": refusal, "rows": rows, "now": now, "pages_at": reverse("desk:covers")}
        return render(self.request, "desk/ownership/covers.html", context, status=status)


class EndCoverView(ForRoleView):
    """Somebody is back before their last day; sent twice it says that there is none."""

    def post(self, request: HttpRequest, cover_id: int) -> HttpResponse:
        """End the cover now."""
        try:
            covers.end(cover_id=cover_id, actor=self.actor, now=clock.now())
        except RefusedError as error:
            view = CoversView()
            view.setup(request)
            return view.show(CoverForm(staff=self.staff), **refused(error))
        return HttpResponseRedirect(reverse("desk:covers"), status=303)
