"""How to tell a real message from a fraud."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from repayment.views.pages import page, show


@page
@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """Show what the bank never asks for, and how to check a message."""
    return show(request, "advice.html", {"host": request.get_host()})
