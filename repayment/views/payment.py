"""One payment: under way, received, failed. The browser's return only looks; the gateway's word settles."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from collections_app.models import AccessSession
from collections_app.selectors import allocation
from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.views import access
from repayment.domain.orders import GatewayUnreachableError
from repayment.domain.payments import OPEN, SETTLED
from repayment.models import Payment
from repayment.selectors import account_page, overtaken
from repayment.selectors import payments as selectors
from repayment.services import notices, payments, receipts, shown
from repayment.views.pages import is_on_phone, own_page, page, post_only, show


@own_page
@require_safe
def payment_page(request: HttpRequest, reference: str, *, session: AccessSession) -> HttpResponse:
    """Show how one of the customer's payments stands."""
    return _show(request, session, _own(session, reference))


@page
@require_safe
def state(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell the page's script the state alone, so that it needs to load again only when that changed.

    It keeps nobody signed in: once the session is over the script opens the page again, which then shows nothing.
    """
    session = access.look_at_session(request, now=clock.now())
    if session is None:
        return JsonResponse({}, status=403)
    return JsonResponse({"state": _own(session, reference).state})


@own_page
@post_only
def resume(request: HttpRequest, reference: str, *, session: AccessSession) -> HttpResponse:
    """Go back to the cashier with the same order."""
    try:
        started = payments.resume(payment=_own(session, reference), now=clock.now(), on_phone=is_on_phone(request))
    except RefusedError:
        return _show(request, session, _own(session, reference), status=503)
    return redirect(started.redirect_url) if started.redirect_url else redirect("repayment:payment", reference)


@own_page
@post_only
def cancel(request: HttpRequest, reference: str, *, session: AccessSession) -> HttpResponse:
    """Close the order at the gateway, so that the customer can start another; a paid one stays paid."""
    payment = _own(session, reference)
    if payment.state in OPEN:
        try:
            notices.settle_from_answer(payment=payment, now=clock.now())
        except GatewayUnreachableError:
            return _show(request, session, payment, status=503)
    return redirect("repayment:payment", reference)


@own_page
@require_safe
def receipt(request: HttpRequest, reference: str, *, session: AccessSession) -> HttpResponse:
    """Give the receipt of a payment as PDF; there is none before the money came."""
    payment = _own(session, reference)
    if payment.state not in SETTLED or payment.settled_at is None:
        raise Http404
    response = HttpResponse(
        receipts.pdf(payment=payment, language=get_language() or "zh-hans"), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{payment.reference}.pdf"'
    return response


def _own(session: AccessSession, reference: str) -> Payment:
    payment = selectors.of_customer(customer_id=session.customer_id, reference=reference)
    if payment is None:
        raise Http404
    return payment


def _show(request: HttpRequest, session: AccessSession, payment: Payment, *, status: int = 200) -> HttpResponse:
    now = clock.now()
    account = account_page.read(customer_id=session.customer_id, now=now)
    if payment.state in SETTLED:
        # The receipt says what is left.
        shown.remember(page=account, now=now)
    context = {
        "payment": payment,
        "page": account,
        "today": account.today,
        "headline": account.headline,
        "unreachable": status != 200,
        "expired": payment.expires_at <= now,
        "is_open": payment.state in OPEN,
        "overtaken": overtaken.is_overtaken(payment, now=now),
        "counted": allocation.kept(reference=payment.reference) if payment.state in SETTLED else None,
        "is_settled": payment.state in SETTLED,
    }
    zone = account.customer.time_zone
    return show(request, "payment.html", context, status=status, session=session, time_zone=zone)
