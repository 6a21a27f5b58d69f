"""What every page of the customer's has: who answers, in which language and size, and what browsers may keep.

Every room that has pages for customers shows them with this. The frame around them (``repayment/base.html``) and the
pages of the way in are found by name.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from collections_app.domain.crypto import CannotOpenError
from collections_app.domain.incidents import IncidentScope
from collections_app.models import AccessSession, Incident, Institution
from collections_app.selectors import incidents as going_on
from collections_app.selectors.officer import officer_of
from collections_app.services import clock
from collections_app.services.access import SessionEndedError
from collections_app.views import access

LARGE_COOKIE = "onecase_large"
_log = logging.getLogger(__name__)
# The bank as it was last read by this process: its hotline must stand on the page that cannot read anything.
_last_read: dict[str, Institution | None] = {}

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Wrap a view of the customer's page: never kept, never indexed, and calm when the record cannot be read."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except (DatabaseError, CannotOpenError):
            _log.exception("a customer's page could not be read")
            response = unavailable(request)
        add_never_cache_headers(response)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return wrapped


def own_page(view: View) -> View:
    """Wrap a view that needs a proven session, given to it as ``session``; without one, the way in is shown.

    Who came to sign somebody else's agreement is led to that paper, and sees nothing else.
    """

    @page
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = access.read_any_session(request, now=clock.now())
        if session is None:
            return _signed_out(request)
        if access.is_for_signing(session):
            return redirect("cosign:papers")
        return _while_in(view, request, session, *args, **kwargs)

    return wrapped


def signing_page(view: View) -> View:
    """Wrap a view of what somebody signs for another's account: open to every proven session, whatever led to it."""

    @page
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = access.read_any_session(request, now=clock.now())
        return _signed_out(request) if session is None else _while_in(view, request, session, *args, **kwargs)

    return wrapped


def _while_in(view: View, request: HttpRequest, session: AccessSession, *args: Any, **kwargs: Any) -> HttpResponse:
    """Return what a view answers; whoever was put out while it wrote is answered as anybody who is out."""
    try:
        return view(request, *args, session=session, **kwargs)
    except SessionEndedError:
        return _signed_out(request)


def post_only(view: View) -> View:
    """Wrap a view that a button posts to: whoever reloads or types its address is led to the account instead."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        return redirect("repayment:account")

    return wrapped


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    session: AccessSession | None = None,
    time_zone: str = "",
) -> HttpResponse:
    """Return a rendered page with what every page has; times in the customer's own zone when it is known.

    ``template`` is its whole name.
    """
    institution = _last_read["institution"] = Institution.objects.order_by("id").first()
    common = {
        "institution": institution,
        "signed_in": session is not None,
        "of_customer": session.customer if session else None,
        # Read only where it is shown: a page that names the officer in its own place does not ask twice.
        "officer": SimpleLazyObject(lambda: officer_of(session.customer) if session else None),
        "incidents": incidents_for(session),
        "large": LARGE_COOKIE in request.COOKIES,
        "sandbox": settings.SANDBOX,
        "here": request.get_full_path() if request.method == "GET" else request.path,
    }
    with timezone.override(ZoneInfo(time_zone or settings.TIME_ZONE)):
        return render(request, template, {**common, **(context or {})}, status=status)


def is_on_phone(request: HttpRequest) -> bool:
    """Return whether the browser says it is a telephone's; a gateway may have another page for it."""
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")


def incidents_for(session: AccessSession | None) -> list[Incident]:
    """Return the incidents a customer reads of: those that cover them; who is not known, those of the whole bank."""
    now = clock.now()
    if session is None:
        return [row for row in going_on.in_force(now=now) if row.scope == IncidentScope.ALL]
    return going_on.covering(customers=[session.customer], now=now).get(session.customer_id, [])


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the page for when nothing can be read; it asks the database for nothing."""
    context = {"institution": _last_read.get("institution"), "signed_in": False, "sandbox": False}
    large = LARGE_COOKIE in request.COOKIES
    return render(request, "repayment/unavailable.html", {**context, "large": large, "here": request.path}, status=503)


def _signed_out(request: HttpRequest) -> HttpResponseRedirect | HttpResponse:
    if access.SESSION_COOKIE not in request.COOKIES:
        return redirect("repayment:entry")
    response = show(request, "repayment/session_over.html", status=403)
    response.delete_cookie(access.SESSION_COOKIE)
    return response
