"""Three short pages of advice: real or fake, what happens if somebody cannot pay, and what rights they have."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from collections_app.services import clock
from collections_app.views.access import read_session
from repayment.gateways import registry
from repayment.views.pages import page, show


@page
@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """Show what the bank never asks for, and how to check a message."""
    return _page(request, "advice.html")


@page
@require_safe
def cannot_pay(request: HttpRequest) -> HttpResponse:
    """Show what happens when somebody cannot pay, and what they can do."""
    return _page(request, "advice_cannot_pay.html")


@page
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Show a customer's rights, and how to complain."""
    return _page(request, "advice_rights.html")


def _page(request: HttpRequest, template: str) -> HttpResponse:
    session = read_session(request, now=clock.now())
    language = get_language() or "zh-hans"
    comma = "、" if language.startswith("zh") else ", "
    cashiers = comma.join(term.text(language) for term in registry.cashiers())
    return show(request, template, {"host": request.get_host(), "cashiers": cashiers}, session=session)
