"""What is written at the mediator's desk. Behind the wall: no version of the record, one key a form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from collections_app.views.once import once
from mediation.domain.facts import Fact
from mediation.domain.sides import Side
from mediation.forms.table import MeansForm, ProposalForm, RecordingForm, RoundForm
from mediation.selectors import wall
from mediation.services import fact_sheets, means, proposals, session_recordings
from mediation.views.desk_page import Sent, access_desk, desk_page
from mediation.views.guards import staff_of, staff_only


def to_desk(request: HttpRequest, session_id: int) -> HttpResponseRedirect:
    """Go to the desk of a session."""
    return HttpResponseRedirect(reverse("mediation:desk", args=[session_id]))


def _write(
    request: HttpRequest,
    session_id: int,
    write: Callable[[dict[str, Any]], object],
    said: str,
    *,
    name: str = "",
    form: Any = None,
) -> HttpResponse:
    """Let a service write what a form says, and go back to the desk; a refusal is shown on it, the form as it was."""
    row, reader = access_desk(request, session_id)
    forms = {name: form} if form is not None else {}
    if form is not None and not form.is_valid():
        return desk_page(request, row, reader, Sent(forms, status=422))
    common = {"session_id": row.id, "actor": Actor.of(staff_of(request)), "now": clock.now()}
    try:
        write(common)
    except RefusedError as error:
        return desk_page(request, row, reader, Sent(forms, error))
    messages.success(request, said)
    return to_desk(request, session_id)


def typed_facts(request: HttpRequest) -> tuple[dict[str, str], dict[str, str]]:
    """Return the verdicts and comments of a form of facts by key."""
    said: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for name, value in request.POST.items():
        for found, prefix in zip(said, ("fact-", "comment-"), strict=True):
            if name.startswith(prefix) and isinstance(value, str) and value:
                found[name.removeprefix(prefix)] = value
    return said


def sheet_id(request: HttpRequest) -> int:
    """Return which sheet a form of facts was about; 0, which is none, when it cannot be read."""
    typed = request.POST.get("sheet", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else 0


def facts_text(facts: list[Fact]) -> str:
    """Return the facts as sentences, a line each, as they are confirmed in writing."""
    lines = render_to_string("mediation/desk/_facts.txt", {"facts": facts}).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


@require_POST
@staff_only("mediation.conduct")
@once(again=to_desk)
def draw_facts(request: HttpRequest, session_id: int) -> HttpResponse:
    """Put the facts of the record before both sides."""
    said = _("The facts are before both sides.")
    return _write(request, session_id, lambda common: fact_sheets.draw(**common), said)


@require_POST
@staff_only("mediation.represent")
@once(again=to_desk)
def mark_facts(request: HttpRequest, session_id: int) -> HttpResponse:
    """Mark facts for the bank."""
    verdicts, comments = typed_facts(request)
    row, reader = access_desk(request, session_id)
    common: dict[str, Any] = {"session_id": row.id, "actor": Actor.of(staff_of(request)), "now": clock.now()}
    try:
        fact_sheets.mark_for_bank(sheet_id=sheet_id(request), verdicts=verdicts, comments=comments, **common)
    except RefusedError as error:
        sent = Sent(error=error)
        sent.forms["facts"] = comments
        return desk_page(request, row, reader, sent)
    messages.success(request, _("The marks are kept."))
    return to_desk(request, session_id)


@require_POST
@staff_only("mediation.represent")
@once(again=to_desk)
def confirm_facts(request: HttpRequest, session_id: int) -> HttpResponse:
    """Confirm in writing, for the bank, what neither side disputes."""
    _row, reader = access_desk(request, session_id)
    view = wall.facts_of(reader=reader, now=clock.now())
    text = facts_text(view.undisputed) if view else ""
    return _write(
        request,
        session_id,
        lambda common: fact_sheets.confirm_for_bank(
            sheet_id=sheet_id(request), seen=request.POST.get("seen", ""), text=text, **common
        ),
        _("The facts are confirmed in writing."),
    )


@require_POST
@staff_only("mediation.conduct")
@once(again=to_desk)
def write_means(request: HttpRequest, session_id: int) -> HttpResponse:
    """Write down what the customer says they live on."""
    form = MeansForm(request.POST)
    return _write(
        request,
        session_id,
        lambda common: means.write_down(figures=form.figures(), remark=form.cleaned_data["remark"], **common),
        _("The means are kept behind the wall."),
        name="means",
        form=form,
    )


@require_POST
@staff_only("mediation.conduct")
@once(again=to_desk)
def open_round(request: HttpRequest, session_id: int) -> HttpResponse:
    """Ask both sides for a proposal."""
    form = RoundForm(request.POST)
    return _write(
        request,
        session_id,
        lambda common: proposals.open_round(closes_at=form.cleaned_data["closes_at"], **common),
        _("The round is open: neither side sees the other's proposal before both are in."),
        name="round",
        form=form,
    )


@require_POST
@staff_only("mediation.conduct")
@once(again=to_desk)
def withdraw_round(request: HttpRequest, session_id: int) -> HttpResponse:
    """Take the open round back."""
    said = _("The round is withdrawn. What was proposed in it is shown to nobody.")
    return _write(request, session_id, lambda common: proposals.withdraw_round(**common), said)


@require_POST
@staff_only("mediation.represent")
@once(again=to_desk)
def propose_terms(request: HttpRequest, session_id: int) -> HttpResponse:
    """Propose for the bank."""
    form = ProposalForm(request.POST, side=Side.BANK)
    return _write(
        request,
        session_id,
        lambda common: proposals.propose_for_bank(
            round_id=form.cleaned_data["round"], terms=form.terms(), reason=form.cleaned_data["reason"], **common
        ),
        _("The proposal is kept. It is shown when the other side's is in."),
        name="proposal",
        form=form,
    )


@require_POST
@staff_only("mediation.conduct")
@once(again=to_desk)
def keep_recording(request: HttpRequest, session_id: int) -> HttpResponse:
    """Keep the reference of a recording."""
    form = RecordingForm(request.POST)
    return _write(
        request,
        session_id,
        lambda common: session_recordings.keep(
            reference=form.cleaned_data["reference"], both_consented=form.cleaned_data["both_consented"], **common
        ),
        _("The reference is kept behind the wall."),
        name="recording",
        form=form,
    )
