"""Tells a page in its place that its session has ended: a sign-in page inside a form would replace what was typed."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django_htmx.middleware import HtmxDetails

from collections_app.views.middleware.no_store import NO_STORE

# The place every staff page keeps for it, above its content.
SLOT = "#signed-out"


class SignedOutMiddleware:
    """Answers 401 with a notice and a link instead of sending a fragment's request to the sign-in page."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or not _leads_to_sign_in(request, response):
            return response
        login = resolve_url(settings.LOGIN_URL)
        context = {"sign_in_url": f"{login}?{urlencode({'next': return_path(request)})}"}
        told = render(request, "desk/_signed_out.html", context, status=401)
        for name, value in {"HX-Retarget": SLOT, "HX-Reswap": "innerHTML", "Cache-Control": NO_STORE}.items():
            told.headers[name] = value
        # The session's cookie goes with this answer too.
        told.cookies.update(response.cookies)
        return told


def _leads_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    if not request.headers.get("HX-Request") or response.status_code not in {302, 303}:
        return False
    return response.headers["Location"].split("?")[0] == resolve_url(settings.LOGIN_URL)


def return_path(request: HttpRequest) -> str:
    """Return the page a person was on, to come back to after signing in: a path of this site only."""
    if request.headers.get("HX-Request"):
        return HtmxDetails(request).current_url_abs_path or "/"
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    # What is posted to cannot always be opened: the page the form stood on can.
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host() or page.path.startswith("/accounts/"):
        return "/"
    return urlunsplit(("", "", page.path, page.query, "")) or "/"
