"""The customer's part of the mediator's desk: facts, means and proposals, on their own page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from collections_app.domain.money import yuan_text
from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.views.customer_pages import own_page, post_only, show
from mediation.domain.kinds import Kind
from mediation.domain.sides import Side
from mediation.forms.table import OwnMeansForm, ProposalForm, WishForm
from mediation.models import Mediation
from mediation.selectors import wall
from mediation.services import fact_sheets, means, proposals, wishes
from mediation.services.refusals import sentences
from mediation.views.desk_writes import facts_text, sheet_id, typed_facts
from mediation.views.talks.overview import access, talks_page

METHODS = ["GET", "HEAD", "POST"]


def _own(session: AccessSession, mediation_id: int) -> tuple[Mediation, wall.Reader]:
    """Return the customer's own mediation, which is still open, and them as its reader; else 404."""
    mediation = access(session, mediation_id)
    if mediation.kind != Kind.MEDIATION or mediation.state == "ended":
        raise Http404
    return mediation, wall.as_customer(mediation=mediation, customer_id=session.customer_id)


def _page(
    request: HttpRequest,
    session: AccessSession,
    mediation: Mediation,
    name: str,
    context: dict[str, Any],
    *,
    error: RefusedError | None = None,
    status: int = 200,
) -> HttpResponse:
    common = {
        "mediation": mediation,
        "problems": sentences(error) if error else [],
        "now": clock.now(),
        "saved": "saved" in request.GET,
    }
    return show(
        request,
        f"mediation/talks/{name}.html",
        common | context,
        status=409 if error else status,
        session=session,
        time_zone=session.customer.time_zone,
    )


@own_page
@require_http_methods(METHODS)
def facts(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Show the facts, take the customer's marks, and their confirmation of what neither side disputes."""
    mediation, reader = _own(session, mediation_id)
    error = None
    if request.method == "POST":
        try:
            _say_of_facts(request, mediation, reader, session.customer_id)
        except RefusedError as refused:
            error = refused
        else:
            return redirect(f"{request.path}?saved=1")
    view = wall.facts_of(reader=reader, now=clock.now())
    context = {
        "sheet": view,
        "sheet_hash": wall.facts_hash(view.undisputed) if view else "",
        "side": Side.CUSTOMER,
        "may_confirm": bool(view and view.all_marked and view.undisputed and Side.CUSTOMER not in view.confirmed),
    }
    return _page(request, session, mediation, "facts", context, error=error)


def _say_of_facts(request: HttpRequest, mediation: Mediation, reader: wall.Reader, customer_id: int) -> None:
    own: dict[str, Any] = {"mediation_id": mediation.id, "customer_id": customer_id, "now": clock.now()}
    own["sheet_id"] = sheet_id(request)
    if "confirm" in request.POST:
        view = wall.facts_of(reader=reader, now=clock.now())
        text = facts_text(view.undisputed) if view else ""
        fact_sheets.confirm_for_customer(seen=request.POST.get("seen", ""), text=text, **own)
        return
    verdicts, comments = typed_facts(request)
    fact_sheets.mark_for_customer(verdicts=verdicts, comments=comments, **own)


@own_page
@require_http_methods(METHODS)
def own_means(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Ask customers what they live on; the mediator reads it, the bank never does."""
    mediation, reader = _own(session, mediation_id)
    known = wall.means_of(reader=reader, now=clock.now())
    said = OwnMeansForm.as_said(known.figures, "" if known.by_mediator else known.remark) if known else None
    form = OwnMeansForm(request.POST or None, initial=said)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            means.say(
                mediation_id=mediation.id,
                customer_id=session.customer_id,
                figures=form.figures(),
                remark=form.cleaned_data["remark"],
                now=clock.now(),
            )
        except RefusedError as refused:
            error = refused
        else:
            return redirect(f"{request.path}?saved=1")
    status = 400 if request.method == "POST" else 200
    return _page(request, session, mediation, "means", {"form": form, "known": known}, error=error, status=status)


@post_only
@own_page
def wish(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Take the customer's wish for a longer term from the page of their talks."""
    mediation, _reader = _own(session, mediation_id)
    form = WishForm(request.POST)
    if not form.is_valid():
        return talks_page(request, session, mediation, wish=form, status=400)
    reason = form.cleaned_data["reason"]
    try:
        wishes.file(
            mediation_id=mediation.id, customer_id=session.customer_id, wish=form.wish(), reason=reason, now=clock.now()
        )
    except RefusedError as error:
        return talks_page(request, session, mediation, problem=" ".join(sentences(error)), wish=form, status=409)
    return redirect(f"{reverse('talks:talks', args=[mediation.id])}#wish-card")


@own_page
@require_http_methods(METHODS)
def proposal(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Take the customer's proposal in an open round, and show both once both are in."""
    mediation, reader = _own(session, mediation_id)
    seen = wall.round_of(reader=reader, now=clock.now())
    initial: dict[str, Any] = {"round": seen.round.id} if seen else {}
    if seen and seen.own is None and (filed := wall.wish_of(reader=reader, now=clock.now())):
        terms = filed.wish.as_terms(payoff_fen=seen.round.payoff_fen)
        initial |= {"total": yuan_text(terms.total_fen, grouped=False), "months": terms.months}
    form = ProposalForm(request.POST or None, side=Side.CUSTOMER, initial=initial)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            proposals.propose_for_customer(
                mediation_id=mediation.id,
                customer_id=session.customer_id,
                round_id=form.cleaned_data["round"],
                terms=form.terms(),
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )
        except RefusedError as refused:
            error = refused
            seen = wall.round_of(reader=reader, now=clock.now())
        else:
            return redirect(f"{request.path}?saved=1")
    status = 400 if request.method == "POST" else 200
    return _page(request, session, mediation, "proposal", {"form": form, "round": seen}, error=error, status=status)
