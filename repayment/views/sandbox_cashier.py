"""The sandbox gateway's cashier page. Demo and tests only."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from collections_app.services import clock
from repayment.domain.notices import Outcome
from repayment.services import sandbox_cashier
from repayment.views.pages import page, show

_BUTTONS = {"pay": Outcome.PAID, "cancel": Outcome.CANCELLED, "refuse": Outcome.FAILED}


@csrf_exempt  # the signed order is what counts here, as at any other company's cashier
@page
@require_http_methods(["GET", "HEAD", "POST"])
def cashier(request: HttpRequest) -> HttpResponse:
    """Show a signed order, and do with it what the person clicks."""
    now = clock.now()
    fields = request.GET.dict()
    if fault := sandbox_cashier.order_fault(fields, now=now):
        return show(request, "sandbox_cashier.html", {"fault": fault}, status=400)
    if request.method != "POST":
        context = {"fault": "", "order": fields, "amount_fen": int(fields["amount_fen"])}
        return show(request, "sandbox_cashier.html", context)
    outcome = _BUTTONS.get(request.POST.get("button", ""), Outcome.CANCELLED)
    repeats = request.POST.get("repeats", "0")
    sandbox_cashier.close(fields=fields, outcome=outcome, repeats=int(repeats) if repeats.isdecimal() else 0, now=now)
    # Only the path: the shop is this very site, under whatever name the browser knows it by.
    return redirect(urlsplit(fields["return_url"]).path)
