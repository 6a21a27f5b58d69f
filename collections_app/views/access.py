"""The customer's session in the browser: its cookie, and where a request comes from.

Every room that shows customers their own pages reads the session here, so that one proof opens them all.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from collections_app.domain import access as rules
from collections_app.models import AccessSession
from collections_app.selectors.access import open_session as open_session_of
from collections_app.services import access, addresses

SESSION_COOKIE = "onecase_customer"


def read_session(request: HttpRequest, *, now: datetime) -> AccessSession | None:
    """Return the customer's open session of this browser, or None; one that is for signing alone opens nothing."""
    found = read_any_session(request, now=now)
    return None if found is None or is_for_signing(found) else found


def read_any_session(request: HttpRequest, *, now: datetime) -> AccessSession | None:
    """Return the open session of this browser, whatever its link was for, or None."""
    secret = request.COOKIES.get(SESSION_COOKIE, "")
    return access.session(secret=secret, now=now) if secret else None


def is_for_signing(session: AccessSession) -> bool:
    """Return whether a session came by a link to sign somebody else's agreement: it opens that paper alone."""
    return session.link is not None and session.link.purpose == rules.COSIGNING


def look_at_session(request: HttpRequest, *, now: datetime) -> AccessSession | None:
    """Return the customer's open session without noting a use: a page that looks by itself keeps nobody signed in."""
    secret = request.COOKIES.get(SESSION_COOKIE, "")
    found = open_session_of(secret=secret, now=now) if secret else None
    return None if found is None or is_for_signing(found) else found


def keep_secret(response: HttpResponse, *, name: str, value: str, seconds: int, path: str = "/") -> None:
    """Put a secret into a cookie that no script reads and no other site sends along by itself."""
    response.set_cookie(
        name, value, max_age=seconds, path=path, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def open_session(response: HttpResponse, opened: access.Opened) -> None:
    """Give the browser the secret of a session that was just proven."""
    keep_secret(response, name=SESSION_COOKIE, value=opened.secret, seconds=int(rules.ABSOLUTE.total_seconds()))


def close_session(request: HttpRequest, response: HttpResponse, *, now: datetime) -> None:
    """End the session of this browser and take its cookie back."""
    if secret := request.COOKIES.get(SESSION_COOKIE, ""):
        access.end(secret=secret, now=now)
    response.delete_cookie(SESSION_COOKIE)


def address_of(request: HttpRequest) -> str | None:
    """Return the network address a request comes from, past as many proxies as are configured to be ours."""
    return addresses.address_of(request.META)
