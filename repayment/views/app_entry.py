"""The way in by the bank's own app: a signed hand-over, believed once. Reading its address changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.services import app_entry as services
from collections_app.services import clock
from collections_app.services.access import AccessRefusedError
from collections_app.services.tries import TooManyTriesError
from collections_app.views.access import address_of, open_session
from repayment.views import entry
from repayment.views.pages import page, show


@page
@require_http_methods(["GET", "HEAD", "POST"])
def app_entry(request: HttpRequest) -> HttpResponse:
    """Show the same neutral page for every hand-over; on the person's click, believe it or not."""
    given = request.POST if request.method == "POST" else request.GET
    # A name that stands twice is left out, and with it the hand-over.
    fields = {name: values[0] for name, values in given.lists() if len(values) == 1 and name != "csrfmiddlewaretoken"}
    if request.method != "POST":
        return show(request, "app_entry.html", {"fields": sorted(fields.items())[:13], "here": request.path})
    try:
        opened = services.enter(fields=fields, address=address_of(request), now=clock.now())
    except TooManyTriesError:
        return entry.too_many(request)
    except AccessRefusedError:
        return show(request, "app_refused.html", status=403)
    response = redirect(f"repayment:{fields['to']}")
    open_session(response, opened)
    response.delete_cookie(entry.LINK_COOKIE, path="/r/")
    return response
