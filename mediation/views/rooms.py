"""The video room as staff enter it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from collections_app.services import clock
from mediation.domain.route import Route
from mediation.domain.states import LIVE_SESSION
from mediation.selectors.rooms import place_of
from mediation.services import jitsi
from mediation.views.guards import staff_of, staff_only
from mediation.views.room_actions import WORDS, act
from mediation.views.sessions import access


@require_GET
@staff_only("mediation.conduct", "mediation.represent")
def room(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show the door of a session's room: camera and microphone are tried before anybody sees them."""
    row = access(request, session_id)
    place = place_of(session=row, staff=staff_of(request))
    if row.mode != Route.VIDEO or place is None:
        raise Http404
    now, host = clock.now(), place[1]
    live = row.state in LIVE_SESSION
    elsewhere = jitsi.address(session=row, name=staff_of(request).name, host=host, now=now) if jitsi.in_use() else ""
    context = {
        **WORDS,
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "host": host,
        "live": live,
        "elsewhere": elsewhere if live else "",
        "act_url": reverse("mediation:room_act", args=[row.id, "WHAT"]),
        "back_url": reverse("mediation:session", args=[row.id]),
    }
    return render(request, "mediation/room.html", context)


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
def room_act(request: HttpRequest, session_id: int, what: str) -> HttpResponse:
    """Do one act of a screen in the room."""
    return act(request, session_id=access(request, session_id).id, staff=staff_of(request), what=what)
