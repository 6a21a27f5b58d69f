"""What a record answers to somebody who must first say why they open it, whichever room they came through."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from collections_app.selectors.records import PurposeNeededError


class PurposeMiddleware(MiddlewareMixin):
    """Leads a page to the form that asks for the purpose and then back; refuses everything else with 403."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a record that was opened without a purpose; leave every other exception alone."""
        if not isinstance(exception, PurposeNeededError):
            return None
        if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
            return HttpResponseRedirect(_form(exception.customer_no, then=request.get_full_path()))
        context = {"form_url": _form(exception.customer_no)}
        return render(request, "desk/record/_purpose.html", context, status=403)


def _form(customer_no: str, then: str = "") -> str:
    query = {"open": customer_no} | ({"next": then} if then else {})
    return f"{reverse('desk:find')}?{urlencode(query)}"
