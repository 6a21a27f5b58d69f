"""A session to whoever holds it: papers signed by hand; in person place and address sheet, who came, and minutes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collections_app.models import Staff
from collections_app.services import clock
from collections_app.services.errors import KeyReusedError, RefusedError
from collections_app.services.records import Actor
from collections_app.views.once import once
from mediation.domain.route import Route
from mediation.domain.states import LIVE_SESSION
from mediation.forms.meeting import AttendForm, MinutesForm, PaperForm, PlaceForm
from mediation.models import Session, SessionMinutes
from mediation.selectors import meetings as selectors
from mediation.selectors import wall
from mediation.selectors.people.seated import panel_of
from mediation.services import meetings, session_papers
from mediation.services.refusals import sentences
from mediation.services.sessions import conductor_of
from mediation.views.guards import staff_of, staff_only
from mediation.views.sessions import access

Forms = dict[str, forms.Form]


def _held(request: HttpRequest, session_id: int) -> Session:
    """Return a session that this person holds, or answer 404."""
    row = access(request, session_id)
    if conductor_of(row).id != staff_of(request).id:
        raise Http404
    return row


def _in_person(request: HttpRequest, session_id: int) -> Session:
    """Return a session in person that this person holds, or answer 404."""
    row = _held(request, session_id)
    if row.mode != Route.MEETING:
        raise Http404
    return row


def _to_meeting(request: HttpRequest, session_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("mediation:meeting", args=[session_id]))


@require_GET
@staff_only("mediation.conduct", "mediation.represent")
def meeting(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show everything a session in person needs, of one held otherwise the papers signed by hand."""
    return _page(request, _held(request, session_id), {})


def _page(
    request: HttpRequest, row: Session, typed: Forms, refused: RefusedError | None = None, status: int = 200
) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    venue, written = selectors.venue_of(row), _minutes(row, staff)
    bring = _("Your identity card, and contracts, bills and receipts of the account in dispute.")
    place = {name: getattr(venue, name) for name in meetings.PLACE_LINES} if venue else {"bring": bring}
    local = now.astimezone(_zone(row))
    made: Forms = {
        "place": PlaceForm(initial=place, prefix=None),
        "attend": _attend_form(row, initial={"came_at": f"{local:%H:%M}"}),
        "minutes": MinutesForm(initial={"text": written.text if written else ""}),
        "paper": PaperForm(),
    }
    context: dict[str, Any] = {
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "live": row.state in LIVE_SESSION,
        "in_person": row.mode == Route.MEETING,
        "venue": venue,
        "written": written,
        "came": selectors.came_to(row),
        "papers": selectors.papers_of(row),
        "forms": made | typed,
        "refused": sentences(refused) if refused else [],
    }
    return render(request, "mediation/meeting.html", context, status=status)


def _minutes(row: Session, staff: Staff | None) -> SessionMinutes | None:
    """Return the minutes to whoever may read them, None to whoever held the session before somebody else."""
    try:
        return wall.minutes_of(session=row, staff=staff, now=clock.now())
    except wall.BehindTheWallError:
        return None


def _zone(row: Session) -> ZoneInfo:
    return ZoneInfo(row.customer.time_zone)


def _do(
    request: HttpRequest, session_id: int, name: str, form: Any, act: Callable[[Any, Session, Actor], object]
) -> HttpResponse:
    """Write what one form says and go back; what was typed is kept when it is refused."""
    row = _held(request, session_id) if name == "paper" else _in_person(request, session_id)
    if not form.is_valid():
        return _page(request, row, {name: form}, status=422)
    try:
        act(form.cleaned_data, row, Actor.of(staff_of(request)))
    except RefusedError as error:
        if isinstance(error, KeyReusedError):
            form.renew_key()
        return _page(request, _held(request, session_id), {name: form}, error, status=409)
    messages.success(request, _("It is kept."))
    return _to_meeting(request, session_id)


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=_to_meeting)
def place(request: HttpRequest, session_id: int) -> HttpResponse:
    """Say where the session is held."""

    def act(data: dict[str, Any], row: Session, actor: Actor) -> object:
        return meetings.state_place(session_id=row.id, lines=data, actor=actor, now=clock.now())

    return _do(request, session_id, "place", PlaceForm(request.POST), act)


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=_to_meeting)
def attend(request: HttpRequest, session_id: int) -> HttpResponse:
    """Keep that somebody came."""
    row = _in_person(request, session_id)

    def act(data: dict[str, Any], row: Session, actor: Actor) -> object:
        now = clock.now()
        came = datetime.combine(now.astimezone(_zone(row)).date(), data["came_at"], tzinfo=_zone(row))
        return meetings.attend(
            session_id=row.id, kind=data["kind"], name=data["name"], document=data["document"], came_at=came,
            actor=actor, now=now,
        )  # fmt: skip

    return _do(request, session_id, "attend", _attend_form(row, request.POST), act)


def _attend_form(row: Session, *given: Any, **named: Any) -> AttendForm:
    panel = [(seat.role, seat.expert.staff.name) for seat in panel_of(row) if seat.expert is not None]
    return AttendForm(*given, mediated=row.mediator is not None, panel=panel, **named)


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=_to_meeting)
def minutes(request: HttpRequest, session_id: int) -> HttpResponse:
    """Write the minutes both sides sign."""

    def act(data: dict[str, Any], row: Session, actor: Actor) -> object:
        return meetings.write_minutes(session_id=row.id, text=data["text"], actor=actor, now=clock.now())

    return _do(request, session_id, "minutes", MinutesForm(request.POST), act)


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=_to_meeting)
def add_paper(request: HttpRequest, session_id: int) -> HttpResponse:
    """Keep the scan of a paper signed by hand."""

    def act(data: dict[str, Any], row: Session, actor: Actor) -> object:
        return meetings.keep_paper(
            session_id=row.id, kind=data["kind"], file=data["file"], actor=actor, now=clock.now()
        )

    return _do(request, session_id, "paper", PaperForm(request.POST, request.FILES), act)


@require_GET
@staff_only("mediation.conduct", "mediation.represent")
def paper(request: HttpRequest, session_id: int, paper_id: int) -> HttpResponse:
    """Send a signed paper to be kept as a file, never shown in place; that it was opened stands on the record."""
    row = _held(request, session_id)
    try:
        found, content = meetings.open_paper(
            session_id=row.id, paper_id=paper_id, actor=Actor.of(staff_of(request)), now=clock.now()
        )
    except RefusedError as error:
        if error.code == "no_such_document":
            raise Http404 from error
        return _page(request, row, {}, error, status=409)
    response = HttpResponse(content, content_type=found.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    )
    return response


@require_GET
@staff_only("mediation.conduct", "mediation.represent")
def printed(request: HttpRequest, session_id: int, what: str) -> HttpResponse:
    """Send the address sheet or the minutes to be printed."""
    return pdf_of(_in_person(request, session_id), what, staff=staff_of(request))


def pdf_of(row: Session, what: str, *, staff: Staff | None) -> HttpResponse:
    """Return the address sheet or the minutes of a session as PDF, or answer 404 while there is none.

    ``staff`` None is the customer, in whose own talks it is.
    """
    venue, language = selectors.venue_of(row), get_language() or "zh-hans"
    written = _minutes(row, staff) if what == "minutes" else None
    if what == "sheet" and venue is not None:
        body = session_papers.sheet(session=row, venue=venue, language=language)
    elif what == "minutes" and written is not None:
        body = session_papers.minutes(session=row, written=written, venue=venue, language=language)
    else:
        raise Http404
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{what}-{row.pk}.pdf"'
    return response
