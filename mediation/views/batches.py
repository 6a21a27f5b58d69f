"""Referring like cases together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from collections_app.selectors import codes
from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from collections_app.templatetags.terms import moment
from collections_app.views.once import once
from mediation.domain.slots import Slot
from mediation.forms.referral import BatchForm
from mediation.models import Mediation
from mediation.selectors import batches as selector
from mediation.services import batches
from mediation.services.refusals import sentences
from mediation.views.guards import staff_of, staff_only


def _to_batch(request: HttpRequest) -> HttpResponse:
    return redirect("mediation:batch")


@require_http_methods(["GET", "POST"])
@staff_only("mediation.propose")
@once(again=_to_batch)
def batch(request: HttpRequest) -> HttpResponse:
    """Show the waiting cases by type of dispute; look for hours in a row (``look``), or refer them (``save``)."""
    staff, now = staff_of(request), clock.now()
    groups = selector.alike(selector.waiting(staff, now=now))
    rows = {str(row.id): row for group in groups for row in group.rows}
    form = BatchForm(
        request.POST or None,
        cases=[(key, _name(row)) for key, row in rows.items()],
        organisations=[(str(row.id), row.name) for row in selector.organisations()],
    )
    slots: list[tuple[Mediation, Slot]] = []
    problems: list[str] = []
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.is_valid():
        try:
            if "save" in request.POST:
                return _refer(request, form)
            chosen = [rows[key] for key in form.cleaned_data["cases"] if key in rows]
            organisation_id = int(form.cleaned_data["organisation"])
            found, _minutes = batches.find(rows=chosen, organisation_id=organisation_id, now=now)
            slots, status = list(zip(chosen, found, strict=True)), 200
        except RefusedError as error:
            form.follow(error)
            problems, status = sentences(error), 409
    context = {
        "groups": groups,
        "form": form,
        "slots": slots,
        "refused": problems,
        "chosen": form["cases"].value() or [],
    }
    return render(request, "mediation/referral/batch.html", context, status=status)


def _refer(request: HttpRequest, form: BatchForm) -> HttpResponse:
    data = form.cleaned_data
    made, held = batches.refer(
        mediation_ids=[int(key) for key in data["cases"]],
        organisation_id=int(data["organisation"]),
        actor=Actor.of(staff_of(request)),
        now=clock.now(),
    )
    text = ngettext(
        "%(count)s case is referred, from %(start)s.", "%(count)s cases are referred, from %(start)s.", len(held)
    )
    messages.success(request, text % {"count": len(held), "start": moment(made.starts_at)})
    return redirect("mediation:sessions")


def _name(row: Mediation) -> str:
    return f"{row.customer.name} · {row.account.tail} · {codes.name_of('dispute_kinds', row.dispute_type)}"
