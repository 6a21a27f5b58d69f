"""The customer's account: what was agreed or is due, and everything behind it."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from collections_app.models import AccessSession
from collections_app.selectors import data_age, issued, last_payments
from collections_app.services import clock
from collections_app.views import access
from repayment.gateways import registry
from repayment.selectors import account_page as selectors
from repayment.selectors import payments
from repayment.selectors.schedule import tally
from repayment.services import shown
from repayment.views.pages import own_page, page, show

# The details tell of the payments of so many days.
PAID_DAYS = 365


@own_page
@require_safe
def account_page(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show what was agreed or is due today first, then the accounts and the ways out."""
    return show_account(request, session)


@page
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Tell the page's script at which version the record is and when it was read; nothing is told of amounts.

    It keeps nobody signed in: once the session is over the script loads the page again, which then shows nothing.
    """
    now = clock.now()
    session = access.look_at_session(request, now=now)
    if session is None:
        return JsonResponse({}, status=403)
    version, here = selectors.version(customer_id=session.customer_id, now=now)
    return JsonResponse({"version": version, "read": f"{here:%H:%M}"})


def show_account(
    request: HttpRequest, session: AccessSession, *, status: int = 200, changed: bool = False, problem: str = ""
) -> HttpResponse:
    """Return the account page; with a word on what changed or went wrong at the click before."""
    now = clock.now()
    page = selectors.read(customer_id=session.customer_id, now=now)
    context = {
        "page": page,
        "headline": page.headline,
        "part": page.part(page.headline.account_id),
        "changed": changed,
        "problem": problem,
        "received": [item for item in payments.latest(customer_id=session.customer_id) if item.settled_at],
        **common(page, now=now),
    }
    return show(request, "account.html", context, status=status, session=session, time_zone=page.customer.time_zone)


def common(page: selectors.Page, *, now: datetime) -> dict[str, Any]:
    """Return what every page with amounts needs: their age, and a fresh key for one click on "pay".

    What such a page asks for is remembered as told.
    """
    shown.remember(page=page, now=now)
    return {
        "today": page.today,
        "read_at": now,
        "stale": not data_age.is_fresh(page.as_of, now=now).fresh,
        "can_pay": bool(registry.names()),
        "key": secrets.token_urlsafe(16),
    }


@own_page
@require_safe
def details(request: HttpRequest, account_id: int, *, session: AccessSession) -> HttpResponse:
    """Show one account: its five amounts, what is agreed, its schedule and its payments here."""
    now = clock.now()
    page = selectors.read(customer_id=session.customer_id, now=now)
    part = page.part(account_id)
    if part is None:
        raise Http404
    if not page.names(account_id):
        return redirect("repayment:account")
    zone = ZoneInfo(page.customer.time_zone)
    since = page.today - timedelta(days=PAID_DAYS)
    paid = last_payments.of_accounts(accounts=[part.account], since=since, zone=zone)
    context = {
        "page": page,
        "part": part,
        "tally": tally(part.schedule, today=page.today),
        "paid": paid.get(account_id, []),
        "own": {item.reference for item in payments.latest(customer_id=session.customer_id)},
        "not_settled": issued.why_not_certified(customer=page.customer, accounts=[part.account], now=now)[account_id],
        **common(page, now=now),
    }
    return show(request, "details.html", context, session=session, time_zone=page.customer.time_zone)
