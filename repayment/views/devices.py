"""The customer's own devices with the bank's app."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError
from notifications.selectors import devices as selectors
from notifications.services import app_devices
from repayment.views.pages import own_page, show


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show them, and sign one out at its customer's word; whoever came by the app is out with it."""
    refused = False
    if request.method == "POST":
        chosen = request.POST.get("device", "")
        try:
            point_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0
            app_devices.sign_out(customer_id=session.customer_id, point_id=point_id, now=clock.now())
            return redirect(f"{request.path}?done=1")
        except RefusedError:
            refused = True
    found, zone = selectors.of(customer_id=session.customer_id), session.customer.time_zone
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    context = {"devices": found, "done": "done" in request.GET, "refused": refused, "today": today}
    status = 409 if refused else 200
    return show(request, "devices.html", context, status=status, session=session, time_zone=zone)
