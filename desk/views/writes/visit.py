"""Own field visits: planning one, setting out, telling what came of it, calling it off; and the list of them."""

from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from collections_app.domain.visits import CLOSE, OPEN, PLAN, VisitState
from collections_app.models import ContactPoint, Customer, Visit
from collections_app.selectors.records import needs_purpose
from collections_app.services import clock, refusal_texts, visits
from collections_app.services.records import Actor
from collections_app.templatetags.terms import moment, term
from collections_app.views.paging import page_of
from desk.forms.visit import BeginVisitForm, CallOffForm, CloseVisitForm, PlanVisitForm
from desk.selectors import visits as selector
from desk.views.ownership.guard import ForRoleView
from desk.views.writes.base import WriteView


class VisitsView(ForRoleView):
    """The visits within a person's reach: to be made, and made lately."""

    action: ClassVar[str] = CLOSE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them; the live feed asks for the part alone."""
        now = clock.now()
        context = {
            "groups": [
                ("open", page_of(request, selector.open_ones(self.staff, now=now), name="open")),
                ("over", page_of(request, selector.lately(self.staff, now=now), name="over")),
            ],
            "needs_purpose": needs_purpose(self.staff),
        }
        part = "#lists" if request.headers.get("HX-Request") == "true" else ""
        return render(request, f"desk/visits/page.html{part}", context)


def _foretold(customer: Customer, points: list[ContactPoint], actor: Actor, *, at_once: bool = False) -> dict[str, Any]:
    """Return what the permit would say of each address as things stand; of the hour too when they set out at once."""
    found = []
    for point in points:
        error = visits.foretold(customer=customer, contact_point=point, actor=actor, now=clock.now(), at_once=at_once)
        name = f"{term(point.kind, 'contact_kinds')} · {term(point.relation, 'relations')}"
        found.append((name, refusal_texts.refusal_text(error) if error else ""))
    return {"foretold": found, "at_once": at_once}


class PlanVisitView(WriteView):
    """Planning a visit, which a second person approves."""

    action = PLAN
    title = _("Plan a visit")
    button = _("Ask for approval")
    form_class = PlanVisitForm

    @cached_property
    def points(self) -> list[Any]:
        """The addresses of the record."""
        return selector.addresses(self.customer)

    def form(self, data: Any = None) -> Any:
        """Return the form, empty or with what was typed."""
        people = selector.colleagues(self.staff, self.customer)
        first = str(self.points[0].pk) if self.points else ""
        initial = {
            "seen_version": self.customer.version,
            "contact_point": first,
            "first": str(self.staff.pk),
            **PlanVisitForm.beginning(clock.now()),
        }
        return PlanVisitForm(data, customer=self.customer, points=self.points, people=people, initial=initial)

    def extra(self) -> dict[str, Any]:
        """Say what holds for a visit, or that there is nowhere to go."""
        if not self.points:
            return {"about_text": _("No address is on record: add one first, under People and numbers.")}
        return {
            **_foretold(self.customer, self.points, self.actor),
            "about_text": _(
                "Two colleagues go together, in the hours the rules allow, once somebody else has approved it. Setting "
                "out asks for the permit; until you say what came of it nobody else contacts the customer."
            ),
        }

    def write(self, form: Any) -> str | None:
        """Plan it and ask."""
        visits.plan(
            customer_id=self.customer.pk,
            going=form.going(),
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class _OfVisitView(WriteView):
    """A form about one visit of the record."""

    action = CLOSE
    visit: Visit

    def open_row(self) -> None:
        """Load the visit of the address."""
        rows = Visit.objects.select_related("first", "second", "contact_point", "contact__contact_point")
        self.visit = get_object_or_404(rows, pk=self.kwargs["visit_id"], customer=self.customer)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; whoever comes back to a visit that is over is led to the record."""
        if self.visit.state not in OPEN:
            return self.done(None)
        return super().get(request, *args, **kwargs)

    def extra(self) -> dict[str, Any]:
        """Name the visit: who goes, when, where to."""
        visit = self.visit
        return {
            "visit": visit,
            "about": " · ".join(
                [f"{visit.first.name}, {visit.second.name}", moment(visit.starts_at), term(visit.state, "visit_states")]
            ),
        }


class BeginVisitView(_OfVisitView):
    """Setting out, under a permit."""

    title = _("Set out")
    button = _("Set out now")
    form_class = BeginVisitForm

    def extra(self) -> dict[str, Any]:
        """Say what setting out does."""
        return {
            **super().extra(),
            **_foretold(self.customer, [self.visit.contact_point], self.actor, at_once=True),
            "about_text": _(
                "The permit is asked for now. Show your staff cards, and speak of the debt to the party alone."
            ),
        }

    def write(self, form: Any) -> str | None:
        """Ask for the permit, and reserve the contact."""
        seen_version = form.cleaned_data["seen_version"]
        visits.begin(visit_id=self.visit.pk, actor=self.actor, seen_version=seen_version, now=clock.now())
        return None


class CallOffVisitView(_OfVisitView):
    """Not making a visit, or turning back without having met anybody."""

    title = _("Call the visit off")
    button = _("Call it off")
    form_class = CallOffForm

    def write(self, form: Any) -> str | None:
        """Call it off."""
        visits.call_off(visit_id=self.visit.pk, reason=form.cleaned_data["reason"], actor=self.actor, now=clock.now())
        return None


class CloseVisitView(_OfVisitView):
    """What came of a visit: who was met, what they stated, the outcome with its effects."""

    title = _("What came of the visit")
    button = _("Record it")
    form_class = CloseVisitForm
    template = "desk/write/visit_close.html"

    def initial(self) -> dict[str, Any]:
        """Begin with the account that is worst."""
        return {"account": str(self.customer.stage_account_id or "")}

    def extra(self) -> dict[str, Any]:
        """Show the address once the two have set out: they are to find it."""
        begun = self.visit.state == VisitState.BEGUN
        return {**super().extra(), "address": self.visit.contact_point.value if begun else ""}

    def write(self, form: Any) -> str | None:
        """Record it, with everything its outcome brings."""
        facts = form.cleaned_data["facts"]
        visits.close(visit_id=self.visit.pk, closing=form.closing(), facts=facts, actor=self.actor, now=clock.now())
        return None
