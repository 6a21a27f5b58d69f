"""The date of a customer's talks: picking it, moving it, calling it off, and its file for a calendar."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.views.customer_pages import own_page, post_only, show
from mediation.forms.dates import DeclineForm, MoveForm, PickForm, SeenForm
from mediation.gateways import calendar_file
from mediation.models import Mediation
from mediation.selectors import appointments, own_dates
from mediation.services import dates
from mediation.services.refusals import sentences
from mediation.views.talks.overview import access


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def date(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Show the date or the hours to pick from; book the one that is picked."""
    mediation = access(session, mediation_id)
    if request.method != "POST":
        return _page(request, session, mediation)
    try:
        offer_id = int(request.POST.get("slot", ""))
    except ValueError:
        return _page(request, session, mediation, pick=request.POST, status=400)
    return _do(
        request,
        session,
        mediation,
        lambda: dates.pick(
            customer_id=session.customer_id, mediation_id=mediation.pk, offer_id=offer_id, now=clock.now()
        ),
    )


@own_page
@post_only
def other_dates(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Offer later hours than those on the page."""
    mediation = access(session, mediation_id)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return _page(request, session, mediation, status=400)
    seen = form.cleaned_data["seen_version"]
    return _do(
        request,
        session,
        mediation,
        lambda: dates.offer_later(
            customer_id=session.customer_id, mediation_id=mediation.pk, seen_version=seen, now=clock.now()
        ),
    )


@own_page
@post_only
def move(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Give the date back and offer others."""
    mediation = access(session, mediation_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _page(request, session, mediation, status=400)
    data = form.cleaned_data
    return _do(
        request,
        session,
        mediation,
        lambda: dates.move(
            customer_id=session.customer_id,
            mediation_id=mediation.pk,
            session_id=data["session"],
            seen_version=data["seen_version"],
            now=clock.now(),
        ),
    )


@own_page
@post_only
def decline(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """End the talks, once the box beside it is ticked."""
    mediation = access(session, mediation_id)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, session, mediation, decline=form, status=400)
    try:
        dates.decline(
            customer_id=session.customer_id,
            mediation_id=mediation.pk,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
    except RefusedError as error:
        return _page(request, session, access(session, mediation_id), refused=error, status=409)
    return redirect("talks:talks", mediation_id=mediation.pk)


@own_page
@require_safe
def session_file(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Return the customer's session as a file for a calendar: to add, to change, or to remove."""
    mediation = access(session, mediation_id)
    found = appointments.latest_of(customer_id=session.customer_id, mediation_id=mediation.pk)
    if found is None:
        raise Http404
    body = calendar_file.invitation(appointments.for_customer(found), now=clock.now())
    return as_file(body, "appointment.ics")


def as_file(body: bytes, name: str) -> HttpResponse:
    """Return a calendar's file for saving, kept by nobody on the way."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type=calendar_file.MEDIA_TYPE, headers=headers)


def _do(request: HttpRequest, session: AccessSession, mediation: Mediation, act: Callable[[], object]) -> HttpResponse:
    """Do what was asked for and lead back to the date; a refusal stands on the page, with the date as it is now."""
    try:
        act()
    except RefusedError as error:
        return _page(request, session, access(session, mediation.pk), refused=error, status=409)
    return redirect("talks:date", mediation_id=mediation.pk)


def _page(
    request: HttpRequest,
    session: AccessSession,
    mediation: Mediation,
    *,
    refused: RefusedError | None = None,
    pick: Any = None,
    decline: DeclineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now, customer = clock.now(), mediation.customer
    found = own_dates.read(mediation, now=now)
    context = {
        "mediation": mediation,
        "date": found,
        "form": PickForm(pick, offers=found.pickable, zone=customer.time_zone),
        "decline": decline or DeclineForm(initial={"seen_version": customer.version}),
        "version": customer.version,
        "stale": isinstance(refused, StaleWriteError),
        "problems": sentences(refused) if refused and not isinstance(refused, StaleWriteError) else [],
    }
    template = "mediation/talks/date.html"
    return show(request, template, context, status=status, session=session, time_zone=customer.time_zone)
