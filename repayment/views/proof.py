"""The second proof, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.services import access, clock
from collections_app.services.errors import RefusedError
from collections_app.views.access import address_of, close_session, open_session
from repayment.forms.proof import BirthDateForm, IdTailForm
from repayment.services import requests
from repayment.views import entry
from repayment.views.pages import page, post_only, show


@page
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest) -> HttpResponse:
    """Ask for what only the customer knows; nothing about them is on the page before it is right."""
    if entry.LINK_COOKIE not in request.COOKIES:
        return redirect("repayment:entry")
    other_way = (request.POST or request.GET).get("with") == "birth_date"
    form = (BirthDateForm if other_way else IdTailForm)(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return show(request, "proof.html", {"form": form, "other_way": other_way}, status=status)
    try:
        opened = access.prove(
            **entry.link_of(request), facts=form.facts(), address=address_of(request), now=clock.now()
        )
    except RefusedError as error:
        if isinstance(error, access.TooManyTriesError):
            return entry.refused(request, error)
        form.add_error(None, form.REFUSED)
        return show(request, "proof.html", {"form": form, "other_way": other_way}, status=403)
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
