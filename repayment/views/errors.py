"""What customers read when a page cannot be shown: never the staff's words, never a way to the staff's pages."""

from django.http import HttpRequest, HttpResponse

from collections_app.services import clock
from collections_app.views.access import read_session
from repayment.views.pages import page, show, unavailable


@page
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that leads nowhere, or to what is another customer's; both look the same."""
    return show(request, "not_found.html", status=404, session=read_session(request, now=clock.now()))


@page
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was open for too long, or a browser that keeps no cookies."""
    return show(request, "form_expired.html", status=403, session=read_session(request, now=clock.now()))


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when the program itself has failed."""
    return unavailable(request)
