"""A session in person as its customer sees it: where to come, and the minutes both sides sign."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from collections_app.models import AccessSession
from collections_app.views.customer_pages import own_page, show
from mediation.models import Session
from mediation.selectors import meetings as selectors
from mediation.views.meetings import pdf_of
from mediation.views.talks.overview import access


def _held(session: AccessSession, mediation_id: int) -> Session:
    found = selectors.held_in_person(mediation_id=access(session, mediation_id).id)
    if found is None:
        raise Http404
    return found


@own_page
@require_safe
def sheet(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Show where to come, when, and what to bring."""
    held = _held(session, mediation_id)
    context = {
        "session": held,
        "mediation": held.mediation,
        "venue": selectors.venue_of(held),
        "written": selectors.has_minutes(held),
    }
    return show(request, "mediation/talks/sheet.html", context, session=session, time_zone=session.customer.time_zone)


@own_page
@require_safe
def printed(request: HttpRequest, *, mediation_id: int, what: str, session: AccessSession) -> HttpResponse:
    """Send the address sheet or the minutes to be printed."""
    return pdf_of(_held(session, mediation_id), what, staff=None)
