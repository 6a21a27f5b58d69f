"""Incidents: stopping collection in one step, what is going on, and the report of each."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.purposes import CHANNELS
from collections_app.models import Approval, ApprovedSentence, Incident
from collections_app.selectors import codes
from collections_app.services import approvals, clock, refusal_texts
from collections_app.services.emergencies import incident_reports, incidents, sentences
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.templatetags.terms import moment
from collections_app.views.once import say_saved, sending_of
from collections_app.views.paging import page_of
from desk.forms.incident import EndForm, SentenceForm, StartForm
from desk.views.exporting import ExportView, Row
from desk.views.writes.base import StaffView


class BannerView(StaffView):
    """The sentences of what is going on, as every page shows them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return them alone."""
        return render(request, "desk/_incidents.html")


class IncidentsView(StaffView):
    """What is going on, what is over, and the form that stops collection."""

    writes_once: ClassVar[bool] = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show all of it."""
        return self.show(StartForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Stop collection at once, or say why not."""
        form = StartForm(request.POST)
        sending = sending_of(request, self.staff)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            incident = incidents.start(
                covers=form.scope(),
                reason=form.cleaned_data["reason"],
                sentence_id=int(form.cleaned_data["sentence"]),
                notices_too=form.cleaned_data["notices_too"],
                ends_at=form.end(),
                form_key=sending.key if sending else "",
                actor=self.actor,
                now=clock.now(),
            )
        except NotAllowedError as error:
            return self.show(form, status=403, refusal=refusal_texts.refusal_text(error))
        except RefusedError as error:
            return self.show(form, status=422, refusal=refusal_texts.refusal_text(error))
        return say_saved(HttpResponseRedirect(reverse("desk:incident", args=[incident.id]), status=303), sending)

    def show(self, form: StartForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        rows = Incident.objects.select_related("branch", "sentence", "started_by", "ended_by").order_by("-id")
        context = {
            "form": form,
            "refusal": refusal,
            "rows": page_of(self.request, rows),
            "may_start": self.staff.may(incidents.START),
            "may_write": self.staff.may(sentences.WRITE),
        }
        return render(self.request, "desk/incidents/page.html", context, status=status)


class IncidentView(StaffView):
    """One incident: its figures so far, or its report; and asking for its end."""

    writes_once: ClassVar[bool] = True
    incident: Incident

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the incident of the address."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            rows = Incident.objects.select_related("branch", "sentence", "started_by", "ended_by")
            self.incident = get_object_or_404(rows, id=kwargs["incident_id"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self.show(EndForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask a second person to end it, or say why not."""
        form = EndForm(request.POST)
        sending = sending_of(request, self.staff)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            approvals.ask(
                kind="incident_end",
                subject=f"incident:{self.incident.id}",
                reason=form.cleaned_data["reason"],
                actor=self.actor,
                now=clock.now(),
            )
        except NotAllowedError as error:
            return self.show(form, status=403, refusal=refusal_texts.refusal_text(error))
        except RefusedError as error:
            waiting = self.waiting()
            if waiting is None or waiting.asked_by_id != self.staff.id:
                return self.show(form, status=422, refusal=refusal_texts.refusal_text(error))
        return say_saved(HttpResponseRedirect(request.path, status=303), sending)

    def waiting(self) -> Approval | None:
        """Return the request for its end that waits, if there is one."""
        subject = f"incident:{self.incident.id}"
        rows = Approval.objects.filter(kind="incident_end", subject=subject, state="pending")
        return rows.select_related("asked_by").first()

    def show(self, form: EndForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        now = clock.now()
        incident = self.incident
        over = incident.ended_at is not None or (incident.ends_at is not None and incident.ends_at <= now)
        report = incident_reports.current(incident=incident, now=now)
        context = {
            "incident": incident,
            "over": over,
            "report": report,
            "figures": [{"label": label, "value": report[name]} for name, label in figure_names().items()],
            "form": form,
            "refusal": refusal,
            "waiting": self.waiting(),
            "may_end": self.staff.may(incidents.START) and not over,
        }
        return render(self.request, "desk/incidents/detail.html", context, status=status)


class ReportExportView(ExportView):
    """The report of one incident."""

    kind: ClassVar[str] = "incident"
    incident: Incident

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the incident of the address."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            rows = Incident.objects.select_related("branch", "sentence", "started_by", "ended_by")
            self.incident = get_object_or_404(rows, id=kwargs["incident_id"])

    def selection(self) -> Mapping[str, str]:
        """Return which incident it was."""
        return {"incident": str(self.incident.pk)}

    def columns(self) -> Row:
        """Return the first line: which incident it is."""
        return [_("Incident"), self.incident.id]

    def rows(self) -> Iterator[Row]:
        """Yield the report line by line."""
        return _lines(self.incident, incident_reports.current(incident=self.incident, now=clock.now()))


def _lines(incident: Incident, report: Any) -> Iterator[list[Any]]:
    """The report line by line: what it was, the figures, what was refused and what went on by kind."""
    language = get_language() or "zh-hans"
    yield [_("Scope"), incident.covers]
    yield [_("Reason"), codes.name_of("incident_reasons", incident.reason)]
    yield [_("Started"), moment(incident.started_at), incident.started_by.name]
    ended_by = incident.ended_by.name if incident.ended_by else ""
    yield [_("Ended"), moment(incident.ended_at) if incident.ended_at else "", ended_by, incident.end_reason]
    yield [_("Sentence"), incident.sentence.to_staff]
    for name, label in figure_names().items():
        yield [label, report[name]]
    yield []
    yield [_("Refused"), _("Way of contact"), _("Purpose"), _("Times"), _("Records"), _("Of these by colleagues")]
    for row in report["refused"]:
        purpose = codes.name_of("purposes", row["purpose"])
        yield ["", CHANNELS[row["channel"]].text(language), purpose, row["times"], row["records"], row["by_staff"]]
    yield []
    yield [_("Went on"), _("Purpose"), _("Times")]
    for row in report["went_on"]:
        came_in = f" ({_('the customer called')})" if row["inbound"] else ""
        yield ["", codes.name_of("purposes", row["purpose"]) + came_in, row["times"]]


def figure_names() -> dict[str, str]:
    """Return the figures of a report in their order, by what people read for them."""
    return {
        "records": _("Records in scope"),
        "cases": _("Of these with an open case"),
        "refused_times": _("Contacts refused"),
        "refused_records": _("Customers not contacted"),
        "refused_staff": _("Refused to colleagues"),
        "messages": _("Messages put off"),
        "calls_open": _("Calls going on when it began"),
        "staff_told": _("Colleagues who have read the sentence"),
        "customers_told": _("Customers who opened their page meanwhile"),
    }


class SentencesView(StaffView):
    """The sentences in use, and those that wait for approval."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        rows = ApprovedSentence.objects.select_related("created_by", "approved_by").filter(active=True).order_by("id")
        context = {"rows": rows, "may_write": self.staff.may(sentences.WRITE)}
        return render(request, "desk/incidents/sentences.html", context)


class SentenceView(StaffView):
    """Another wording of one sentence, for a second person to approve."""

    writes_once: ClassVar[bool] = True

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show the form with the words in use; 403 for who could never use it."""
        row = self.row(code)
        initial = {name: getattr(row, name) for name in ("staff_zh", "staff_en", "customer_zh", "customer_en")}
        form = SentenceForm(initial=initial)
        if not self.staff.may(sentences.WRITE):
            return self.show(row, form, status=403, refusal=refusal_texts.refusal_text(NotAllowedError("not_allowed")))
        return self.show(row, form)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Write it down and ask for its approval, or say why not."""
        row, form = self.row(code), SentenceForm(request.POST)
        sending = sending_of(request, self.staff)
        if not form.is_valid():
            return self.show(row, form, status=422)
        words = {name: value for name, value in form.cleaned_data.items() if name != "form_key"}
        try:
            sentences.propose(code=code, actor=self.actor, now=clock.now(), **words)
        except NotAllowedError as error:
            return self.show(row, form, status=403, refusal=refusal_texts.refusal_text(error))
        except RefusedError as error:
            return self.show(row, form, status=422, refusal=refusal_texts.refusal_text(error))
        return say_saved(HttpResponseRedirect(reverse("desk:approvals"), status=303), sending)

    def row(self, code: str) -> ApprovedSentence:
        """Return the version in use, or answer 404."""
        row = ApprovedSentence.objects.filter(code=code, active=True).first()
        if row is None:
            raise Http404
        return row

    def show(self, row: ApprovedSentence, form: SentenceForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        context = {"row": row, "form": form, "refusal": refusal}
        return render(self.request, "desk/incidents/sentence.html", context, status=status)
