"""Handing work to another department, and moving it on."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.models import HandOff
from collections_app.services import clock, handoffs
from collections_app.templatetags.terms import moment, term
from desk.forms.base import RecordForm
from desk.forms.handoff import ContentsForm, HandOffForm, HourForm, MoveForm, asks_for_hour
from desk.views.writes.base import StaffView, WriteView


class HandOffView(WriteView):
    """Work for another department."""

    action = "handoff.open"
    title = _("Hand off")
    button = _("Hand off")
    form_class = HandOffForm

    def initial(self) -> dict[str, Any]:
        """Begin with the kind the address names, if any."""
        return {"kind": self.request.GET.get("kind", "")}

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
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class ContentsView(StaffView):
    """What a kind of hand-off must carry, shown while one is being written."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the fields of the kind chosen."""
        kind = request.GET.get("kind", "")
        context = {"contents": ContentsForm(kind=kind), "hour": HourForm()["due_at"] if asks_for_hour(kind) else None}
        return render(request, "desk/write/_contents.html", context)


class MoveView(WriteView):
    """The next state of a hand-off."""

    action = "handoff.move"
    title = _("Hand-off")
    button = _("Save")
    form_class = MoveForm

    def form(self, data: Any = None) -> RecordForm:
        """Return the form with the states this hand-off may move to."""
        return MoveForm(
            data,
            customer=self.customer,
            state=self.handoff().state,
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
        return {"about": " · ".join(filter(None, [*words, due])), "about_text": handoff.text}

    def write(self, form: Any) -> str | None:
        """Move the hand-off."""
        handoffs.move(
            handoff_id=self.handoff().id,
            state=form.cleaned_data["state"],
            text=form.cleaned_data["text"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None
