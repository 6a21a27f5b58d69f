"""How to tell a real message from a fraud."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from collections_app.services import clock
from collections_app.views.access import read_session
from repayment.views.pages import page, show


@page
@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """Show what the bank never asks for, and how to check a message."""
    session = read_session(request, now=clock.now())
    return show(request, "advice.html", {"host": request.get_host()}, session=session)
