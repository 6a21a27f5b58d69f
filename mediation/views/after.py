"""What became of an agreement on a record: obligations, courts, and the papers for them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.once import once
from mediation.forms.signing import DoneForm, PackForm, StageForm
from mediation.models import CourtPack, Mediation, Obligation
from mediation.selectors import after as selectors
from mediation.selectors.mediations import of_record
from mediation.services import court_packs, courts, obligations
from mediation.services.refusals import sentences
from mediation.views.guards import staff_of, staff_only
from mediation.views.record_panel import READERS
from mediation.views.record_panel import access as access_record

ALL_READERS = (*READERS, "obligation.record", "court.record")


def _talks(request: HttpRequest, customer_no: str, mediation_id: int) -> Mediation:
    """Return talks of a record this person may open, or 404."""
    customer = access_record(request, customer_no)
    rows = of_record(customer).select_related("agreement__session__mediator__organisation", "agreement__draft")
    found = rows.filter(id=mediation_id).first()
    if found is None:
        raise Http404
    found.customer = customer
    return found


@require_GET
@staff_only(*ALL_READERS)
def after(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Show what became of talks that have ended."""
    return _page(request, _talks(request, customer_no, mediation_id))


def _to_after(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    return redirect("mediation:after", customer_no=customer_no, mediation_id=mediation_id)


def _done_to_after(request: HttpRequest, customer_no: str, mediation_id: int, obligation_id: int) -> HttpResponse:
    return _to_after(request, customer_no, mediation_id)


@require_POST
@staff_only("obligation.record")
@once(again=_done_to_after)
def obligation_done(request: HttpRequest, customer_no: str, mediation_id: int, obligation_id: int) -> HttpResponse:
    """Record that an obligation was met."""
    mediation = _talks(request, customer_no, mediation_id)
    if not Obligation.objects.filter(id=obligation_id, draft__mediation=mediation).exists():
        raise Http404
    form = DoneForm(request.POST)
    return _write(
        request,
        mediation,
        form,
        {"done_form": form, "done_for": obligation_id, "written": "done"},
        lambda data: obligations.record_done(
            obligation_id=obligation_id, evidence=data["evidence"], **_common(request, data)
        ),
        _("The obligation is recorded as met."),
    )


@require_POST
@staff_only("court.record")
@once(again=_to_after)
def stage(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Record a step of a court."""
    mediation = _talks(request, customer_no, mediation_id)
    form = StageForm(request.POST, language=get_language() or "zh", ended=mediation.state == "ended")

    def record(data: dict[str, Any]) -> object:
        step = courts.Step(data["stage"], data["on"], data["court"], data["case_number"], data["text"])
        return courts.record(mediation_id=mediation.pk, step=step, **_common(request, data))

    return _write(
        request, mediation, form, {"stage_form": form, "written": "stage"}, record, _("The step is recorded.")
    )


@require_POST
@staff_only("court.pack")
@once(again=_to_after)
def make_pack(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Make the papers for a court."""
    mediation = _talks(request, customer_no, mediation_id)
    form = PackForm(request.POST, language=get_language() or "zh")
    return _write(
        request,
        mediation,
        form,
        {"pack_form": form},
        lambda data: court_packs.make(
            mediation_id=mediation.pk, kind=data["kind"], reason=data["reason"], **_common(request, data)
        ),
        _("The papers are made."),
    )


def _common(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    return {"actor": Actor.of(staff_of(request)), "seen_version": data["seen_version"], "now": clock.now()}


def _write(
    request: HttpRequest, mediation: Mediation, form: forms.Form, shown: dict[str, Any], act: Any, said: str
) -> HttpResponse:
    """Do what a valid form asks for; else show the page with what was typed and what is in the way."""
    if not form.is_valid():
        return _page(request, mediation, shown, status=422)
    try:
        act(form.cleaned_data)
    except RefusedError as error:
        form.follow(error)  # type: ignore[attr-defined]  # every form here is a VersionedForm
        return _page(request, mediation, shown, refused=error, status=409)
    messages.success(request, said)
    return redirect("mediation:after", customer_no=mediation.customer.customer_no, mediation_id=mediation.pk)


@require_GET
@staff_only("court.pack")
def pack(request: HttpRequest, customer_no: str, mediation_id: int, pack_id: int) -> HttpResponse:
    """Send papers that were made; who opened them stands on the record."""
    mediation = _talks(request, customer_no, mediation_id)
    if not CourtPack.objects.filter(id=pack_id, mediation=mediation).exists():
        raise Http404
    try:
        row, body = court_packs.open_pack(pack_id=pack_id, actor=Actor.of(staff_of(request)), now=clock.now())
    except RefusedError as error:
        return _page(request, mediation, refused=error, status=409)
    response = HttpResponse(body, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="court-{mediation.pk}-{row.kind}.zip"'
    return response


def _page(
    request: HttpRequest,
    mediation: Mediation,
    shown: dict[str, Any] | None = None,
    *,
    refused: RefusedError | None = None,
    status: int = 200,
) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    mediation.customer.refresh_from_db(fields=["version"])
    agreement, language = mediation.signed, get_language() or "zh"
    initial = {"seen_version": mediation.customer.version}
    draft = getattr(agreement, "draft", None)
    context: dict[str, Any] = {
        "customer": mediation.customer,
        "mediation": mediation,
        "agreement": agreement,
        "draft": draft,
        "obligations": list(draft.obligations.select_related("done_by")) if draft else [],
        "standing": selectors.standing(agreement=agreement, now=now) if agreement else None,
        "clocks": selectors.clocks_of(mediation=mediation, agreement=agreement, now=now),
        "is_uncounted": selectors.is_uncounted(mediation),
        "stages": list(mediation.court_stages.select_related("recorded_by")),
        "of_legal": selectors.of_legal(mediation),
        "packs": list(mediation.court_packs.select_related("made_by")),
        "may_record": staff.may("court.record"),
        "may_pack": staff.may("court.pack") and mediation.state == "ended",
        "outlook": court_packs.outlook(mediation=mediation, customer=mediation.customer, now=now)
        if staff.may("court.pack") and mediation.state == "ended"
        else [],
        "may_do": staff.may("obligation.record"),
        "done_form": DoneForm(initial=initial),
        "stage_form": StageForm(initial=initial, language=language, ended=mediation.state == "ended"),
        "pack_form": PackForm(initial=initial, language=language),
        **(shown or {}),
    }
    if isinstance(refused, StaleWriteError):
        context["changes"] = refused.changes
    elif refused:
        context["refused"] = sentences(refused)
    return render(request, "mediation/after.html", context, status=status)
