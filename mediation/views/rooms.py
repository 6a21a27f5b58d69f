"""The video room as staff enter it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from collections_app.services import clock
from mediation.domain.rooms import SeatKind
from mediation.domain.route import Route
from mediation.domain.states import LIVE_SESSION
from mediation.models import Session
from mediation.selectors.rooms import access_room, place_of
from mediation.selectors.sessions import NoSuchSessionError
from mediation.services import jitsi
from mediation.views.guards import staff_of, staff_only
from mediation.views.room_actions import WORDS, act

PEOPLE = ("mediation.conduct", "mediation.represent", "mediation.advise")


def _access(request: HttpRequest, session_id: int) -> Session:
    """Return a session whose room is this person's, or answer 404."""
    try:
        return access_room(staff=staff_of(request), session_id=session_id)
    except NoSuchSessionError as error:
        raise Http404 from error


@require_GET
@staff_only(*PEOPLE)
def room(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show the door of a session's room: camera and microphone are tried before anybody sees them."""
    row = _access(request, session_id)
    place = place_of(session=row, staff=staff_of(request))
    if row.mode != Route.VIDEO or place is None:
        raise Http404
    now, host = clock.now(), place[1]
    live = row.state in LIVE_SESSION
    context = {
        **WORDS,
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "host": host,
        "live": live,
        "elsewhere": jitsi.way(session=row, staff=staff_of(request), host=host, now=now),
        "act_url": reverse("mediation:room_act", args=[row.id, "WHAT"]),
        "back_url": reverse("mediation:seat_of" if place[0] == SeatKind.PANEL else "mediation:session", args=[row.id]),
    }
    return render(request, "mediation/room.html", context)


@require_POST
@staff_only(*PEOPLE)
def room_act(request: HttpRequest, session_id: int, what: str) -> HttpResponse:
    """Do one act of a screen in the room."""
    return act(request, session_id=_access(request, session_id).id, staff=staff_of(request), what=what)
