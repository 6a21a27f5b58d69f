"""The second proof, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.domain.access import facts_of
from collections_app.selectors.access import ways_offered
from collections_app.selectors.zones import bank_zone
from collections_app.services import access, clock
from collections_app.services.errors import RefusedError
from collections_app.services.tries import TooManyTriesError
from collections_app.views.access import address_of, close_session, open_session
from repayment.forms.proof import OneTimeCodeForm, ProofForm, way_of
from repayment.services import proof as services
from repayment.services import requests
from repayment.views import entry
from repayment.views.pages import page, post_only, show


@page
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest) -> HttpResponse:
    """Ask for what only the customer knows; nothing about them is on the page before it is right."""
    if entry.LINK_COOKIE not in request.COOKIES:
        return redirect("repayment:entry")
    offered = ways_offered(on=clock.now().astimezone(bank_zone()).date())
    way = way_of((request.POST or request.GET).get("with", ""), offered)
    form = ProofForm(request.POST or None, facts=facts_of(way))
    context = {"form": form, "way": way, "others": [other for other in offered if other != way]}
    if request.method != "POST" or not form.is_valid():
        return show(request, "proof.html", context, status=400 if request.method == "POST" else 200)
    try:
        opened = services.prove(
            **entry.link_of(request), facts=form.cleaned_data, address=address_of(request), now=clock.now()
        )
    except TooManyTriesError:
        return entry.too_many(request)
    except RefusedError:
        form.add_error(None, form.REFUSED)
        return show(request, "proof.html", context, status=403)
    return redirect("repayment:one_time_code") if opened is None else _let_in(opened)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def one_time_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that was sent to the customer's own number, after the facts were right."""
    if entry.LINK_COOKIE not in request.COOKIES:
        return redirect("repayment:entry")
    form = OneTimeCodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return show(request, "one_time_code.html", {"form": form}, status=status)
    try:
        opened = access.enter_code(
            **entry.link_of(request), typed=form.cleaned_data["typed"], address=address_of(request), now=clock.now()
        )
    except TooManyTriesError:
        return entry.too_many(request)
    except RefusedError:
        form.add_error(None, form.REFUSED)
        return show(request, "one_time_code.html", {"form": form}, status=403)
    return _let_in(opened)


def _let_in(opened: access.Opened) -> HttpResponse:
    response = redirect("repayment:account")
    open_session(response, opened)
    response.delete_cookie(entry.LINK_COOKIE, path="/r/")
    return response


@page
@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest) -> HttpResponse:
    """Let somebody who got another person's message say so, without learning anything about that person."""
    if request.method != "POST":
        return show(request, "not_me.html", {"told": False})
    requests.report_misdirected(**entry.link_of(request), address=address_of(request), now=clock.now())
    response = show(request, "not_me.html", {"told": True})
    response.delete_cookie(entry.LINK_COOKIE, path="/r/")
    return response


@page
@post_only
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server and in the browser."""
    response = show(request, "signed_out.html")
    close_session(request, response, now=clock.now())
    return response
