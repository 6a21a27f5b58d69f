"""Language and size of the page, kept in cookies of the browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from collections_app.views.customer_pages import LARGE_COOKIE
from repayment.views.pages import page, post_only

_A_YEAR = 365 * 24 * 3600


@page
@post_only
def display(request: HttpRequest) -> HttpResponse:
    """Set the language or the size asked for, and go back to where the person was."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/r/"):
        target = "/r/"
    response = redirect(target)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=_A_YEAR, samesite="Lax")
    if request.POST.get("size") == "large":
        response.set_cookie(LARGE_COOKIE, "1", max_age=_A_YEAR, samesite="Lax", path="/r/")
    elif request.POST.get("size") == "normal":
        response.delete_cookie(LARGE_COOKIE, path="/r/")
    return response
