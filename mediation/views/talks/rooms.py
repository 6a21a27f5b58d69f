"""The video room as the customer enters it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.views.customer_pages import own_page, show
from mediation.models import Session
from mediation.selectors.rooms import live_video
from mediation.services import jitsi
from mediation.views.room_actions import WORDS, act
from mediation.views.talks.overview import access


def _held(session: AccessSession, mediation_id: int) -> Session:
    """Return the session by video of the customer's own talks, or answer 404."""
    found = live_video(mediation_id=access(session, mediation_id).id)
    if found is None:
        raise Http404
    return found


@own_page
@require_safe
def room(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Show the door of the room: camera and microphone are tried before anybody sees them."""
    held = _held(session, mediation_id)
    context = {
        **WORDS,
        "session": held,
        "mediation": held.mediation,
        "live": True,
        "host": False,
        "elsewhere": jitsi.way(session=held, staff=None, host=False, now=clock.now()),
        "act_url": reverse("talks:room_act", args=[mediation_id, "WHAT"]),
        "back_url": reverse("talks:talks", args=[mediation_id]),
    }
    return show(request, "mediation/talks/room.html", context, session=session, time_zone=session.customer.time_zone)


@own_page
@require_POST
def room_act(request: HttpRequest, *, mediation_id: int, what: str, session: AccessSession) -> HttpResponse:
    """Do one act of the customer's screen in the room."""
    return act(request, session_id=_held(session, mediation_id).id, staff=None, what=what)
