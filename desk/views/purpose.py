"""What a record answers to somebody who must first say why they open it, whichever room they came through."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from collections_app.selectors.records import PurposeNeededError


class PurposeMiddleware(MiddlewareMixin):
    """Leads a page to the form that asks for the purpose and then back; refuses everything else with 403.

    A page that was left open past its purpose is told where the purpose is given anew.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a record that was opened without a purpose; leave every other exception alone."""
        if not isinstance(exception, PurposeNeededError):
            return None
        if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
            return HttpResponseRedirect(_form(exception.customer_no, then=request.get_full_path()))
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        then = page._replace(scheme="", netloc="").geturl() if page.netloc == request.get_host() else ""
        form_url = _form(exception.customer_no, then=then)
        response = render(request, "desk/record/_purpose.html", {"form_url": form_url}, status=403)
        if request.headers.get("HX-Request"):
            # What is on the page stays, with what was typed: its script says that the purpose has ended (live.js).
            response["HX-Reswap"] = "none"
            response["X-Purpose-Form"] = form_url
        return response


def _form(customer_no: str, then: str = "") -> str:
    query = {"open": customer_no} | ({"next": then} if then else {})
    return f"{reverse('desk:find')}?{urlencode(query)}"
