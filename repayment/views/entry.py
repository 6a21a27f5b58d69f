"""The way in: the page a link leads to, and the page where a code is typed. Reading either changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.services import clock, tries
from collections_app.views.access import address_of, keep_secret, read_session
from repayment.forms.entry import CodeForm
from repayment.views.pages import page, show

LINK_COOKIE = "onecase_link"
LINK_SECONDS = 15 * 60


@page
@require_http_methods(["GET", "HEAD", "POST"])
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Show the same neutral page for every link; on the person's click, take the secret out of the address."""
    if request.method != "POST":
        return show(request, "landing.html")
    return _enter(request, token=token)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def code_entry(request: HttpRequest) -> HttpResponse:
    """Ask for the case code of a message, and go on with whatever looks like one."""
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        # Whoever is in already, and came here by "back" or by the bank's site, is offered the way on.
        return show(request, "code_entry.html", {"form": form}, session=read_session(request, now=clock.now()))
    if not form.is_valid():
        return show(request, "code_entry.html", {"form": form}, status=400)
    return _enter(request, code=form.cleaned_data["code"])


def too_many(request: HttpRequest) -> HttpResponse:
    """Show what an address reads that was refused too often."""
    return show(request, "refused.html", status=429)


def _enter(request: HttpRequest, *, token: str = "", code: str = "") -> HttpResponse:
    """Take the secret out of the address and go on to the proof, where alone it is looked up."""
    try:
        tries.check_address(address_of(request), now=clock.now())
    except tries.TooManyTriesError:
        return too_many(request)
    response = redirect("repayment:proof")
    keep_secret(response, name=LINK_COOKIE, value=token or f"code:{code}", seconds=LINK_SECONDS, path="/r/")
    return response


def link_of(request: HttpRequest) -> dict[str, str]:
    """Return the token or code this browser came in with, as keyword arguments of services.access."""
    kept = request.COOKIES.get(LINK_COOKIE, "")
    if kept.startswith("code:"):
        return {"code": kept.removeprefix("code:")}
    return {"token": kept}
