"""Sessions in the calendars of those who hold them: one as a file, and all under a private address."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from collections_app.services import clock
from collections_app.services.records import Actor
from mediation.gateways import calendar_file
from mediation.selectors import appointments
from mediation.selectors.sessions import NoSuchSessionError
from mediation.services import calendar_feeds
from mediation.views.guards import staff_of, staff_only
from mediation.views.talks.date import as_file

HOLDERS = ("mediation.conduct", "mediation.represent", "mediation.advise")


@require_GET
@staff_only(*HOLDERS)
def session_file(request: HttpRequest, session_id: int) -> HttpResponse:
    """Return one of the sessions a person holds, or sits in as an expert, as a file for a calendar."""
    try:
        row = appointments.access_entry(staff=staff_of(request), session_id=session_id)
    except NoSuchSessionError as error:
        raise Http404 from error
    entry = appointments.for_staff(row, staff_of(request), language=get_language() or "zh")
    return as_file(calendar_file.invitation(entry, now=clock.now()), f"session-{row.pk}.ics")


@require_GET
@staff_only(*HOLDERS)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show whether the person has a private address, since when, and how to get another or end it."""
    return _page(request)


def _page(request: HttpRequest, *, token: str = "") -> HttpResponse:
    address = settings.DESK_URL + reverse("mediation:feed", args=[token]) if token else ""
    staff = staff_of(request)
    context = {
        "feed": appointments.live_feed(staff),
        "address": address,
        "sits": not staff.may("mediation.conduct") and not staff.may("mediation.represent"),
    }
    response = render(request, "mediation/calendar.html", context)
    # The address is a key.
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@staff_only(*HOLDERS)
def renew(request: HttpRequest) -> HttpResponse:
    """Give the person a new address, which is shown this once; the one before leads nowhere from now on."""
    return _page(request, token=calendar_feeds.renew(actor=Actor.of(staff_of(request)), now=clock.now()))


@require_POST
@staff_only(*HOLDERS)
def revoke(request: HttpRequest) -> HttpResponse:
    """End the person's address."""
    if calendar_feeds.revoke(actor=Actor.of(staff_of(request)), now=clock.now()):
        messages.success(request, _("The address is ended."))
    return redirect("mediation:calendar")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Return all sessions of whoever has this address: numbers of records, no name. 404 for an address that is none.

    A calendar program signs in to nothing; the address is the key, and its owner ends it.
    """
    now = clock.now()
    found = appointments.of_feed(calendar_feeds.digest(token), now=now)
    if found is None:
        raise Http404
    staff, rows = found
    language = get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        entries = [appointments.for_staff(row, staff, language=language) for row in rows]
        body = calendar_file.feed(entries, name=_("Sessions"), now=now)
    return as_file(body, "sessions.ics")
