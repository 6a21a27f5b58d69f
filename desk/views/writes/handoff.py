"""Handing work to another department, and moving it on."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.domain.handoffs import COMPLAINTS
from collections_app.domain.staff import Department
from collections_app.models import Customer, HandOff, HandOffPaper, PowerOfAttorney, Staff
from collections_app.selectors import codes
from collections_app.services import clock, handoffs
from collections_app.services.errors import NotAllowedError
from collections_app.services.handing import papers
from collections_app.services.records import Actor
from collections_app.templatetags.terms import moment, term
from collections_app.views.opening import open_record
from desk.forms.base import RecordForm
from desk.forms.handoff import ContentsForm, HandOffForm, HourForm, MoveForm, asks_for_hour, carried_as
from desk.selectors import filling
from desk.selectors.handoffs import added_by_customer
from desk.views.writes.base import StaffView, WriteView


def known_of(kind: str, customer: Customer, staff: Staff, now: datetime) -> dict[str, str]:
    """Return the first words of what a kind of hand-off must carry, by the name of its field."""
    rule = codes.seen().handoffs.get(kind)
    found = filling.Known(customer, staff, now).contents(rule.asked_for()) if rule else {}
    return {carried_as(item): words for item, words in found.items()}


class HandOffView(WriteView):
    """Work for another department."""

    action = "handoff.open"
    title = _("Hand off")
    button = _("Hand off")
    form_class = HandOffForm

    def initial(self) -> dict[str, Any]:
        """Begin with the kind the address names, if any, and what is known of what it must carry."""
        kind = self.request.GET.get("kind", "")
        known = known_of(kind, self.customer, self.staff, clock.now())
        if kind == "dispute":
            # What is disputed is chosen from a list; what was said of it stands below.
            known["text"] = known.pop(carried_as("item"), "")
        return {"kind": kind, **known}

    def extra(self) -> dict[str, Any]:
        """Name what is handed on, where the address says it."""
        kind = self.request.GET.get("kind", "")
        name = term(kind, "handoffs")
        return {"about": name} if name != kind else {}

    def write(self, form: Any) -> str | None:
        """Open the hand-off."""
        values = form.cleaned_data
        handoffs.open_(
            customer_id=self.customer.id,
            kind=values["kind"],
            account_id=int(values["account"]) if values["account"] else None,
            due_at=values["due_at"] if values["kind"] == "callback" else None,
            text=values["text"],
            carries=form.carries(),
            to=form.to(),
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class ContentsView(StaffView):
    """What a kind of hand-off must carry, shown while one is being written."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the fields of the kind chosen, filled with what the record and the call just now know."""
        kind = request.GET.get("kind", "")
        known = {}
        if number := request.GET.get("customer", ""):
            now = clock.now()
            known = known_of(kind, open_record(self.staff, number, now=now), self.staff, now)
        context = {
            "contents": ContentsForm(kind=kind, initial=known),
            "hour": HourForm()["due_at"] if asks_for_hour(kind) else None,
        }
        return render(request, "desk/write/_contents.html", context)


class MoveView(WriteView):
    """The next state of a hand-off."""

    action = "handoff.move"
    title = _("Hand-off")
    button = _("Save")
    form_class = MoveForm

    def form(self, data: Any = None) -> RecordForm:
        """Return the form with the states this person may move the hand-off to."""
        staff, handoff = self.staff, self.handoff()
        return MoveForm(
            data,
            customer=self.customer,
            answers=handoff.from_department == Department.CUSTOMER and handoff.kind not in COMPLAINTS,
            states=handoffs.may_follow(
                handoff=handoff, department=staff.department, staff_id=staff.id, now=clock.now()
            ),
            initial={"seen_version": self.customer.version},
        )

    def handoff(self) -> HandOff:
        """Return the hand-off of the address, or answer 404."""
        rows = HandOff.objects.select_related("opened_by")
        handoff = rows.filter(id=self.kwargs["handoff_id"], customer=self.customer).first()
        if handoff is None:
            raise Http404
        return handoff

    def extra(self) -> dict[str, Any]:
        """Name what is wanted: kind, from whom to whom, state, deadline and what was typed."""
        handoff = self.handoff()
        way = f"{term(handoff.from_department, 'departments')} → {term(handoff.to_department, 'departments')}"
        by = handoff.opened_by.name if handoff.opened_by else ""
        words = [term(handoff.kind, "handoffs"), way, by, term(handoff.state, "handoff_states")]
        due = gettext("deadline %(moment)s") % {"moment": moment(handoff.due_at)}
        if handoff.waiting_since is not None:
            due = gettext("the clock stands still since %(moment)s") % {"moment": moment(handoff.waiting_since)}
        return {
            "about": " · ".join(filter(None, [*words, due])),
            "about_text": handoff.text,
            "handoff": handoff,
            "added": added_by_customer(handoff),
            "papers": list(handoff.papers.all()),
            "replies": list(handoff.replies.select_related("said_by")),
            "power": PowerOfAttorney.objects.filter(handoff=handoff, state="unchecked").first(),
        }

    def write(self, form: Any) -> str | None:
        """Move the hand-off."""
        handoffs.move(
            handoff_id=self.handoff().id,
            state=form.cleaned_data["state"],
            text=form.cleaned_data["text"],
            reply=form.cleaned_data.get("reply", ""),
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class PaperView(StaffView):
    """A paper that a customer handed in with a request, for those the request is passed between."""

    def get(self, request: HttpRequest, customer_no: str, handoff_id: int, paper_id: int) -> HttpResponse:
        """Send the paper to be kept as a file, never shown in place; that it was opened stands on the record."""
        now = clock.now()
        customer = open_record(self.staff, customer_no, now=now)
        row = get_object_or_404(HandOffPaper, id=paper_id, handoff=handoff_id, customer=customer)
        try:
            found, content = papers.open_paper(paper_id=row.pk, actor=Actor.of(self.staff), now=now)
        except NotAllowedError as error:
            raise PermissionDenied from error
        response = HttpResponse(content.read(), content_type=found.content_type)
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name)
        response["Cache-Control"] = "no-store"
        return response
