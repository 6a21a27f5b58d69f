"""The devices on which a customer has the bank's app."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collections_app.models import Staff
from collections_app.services import clock
from collections_app.views.opening import open_record
from notifications.selectors import devices as selectors


@login_required
@require_safe
def devices(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Show them: since when each is known, whether it is pushed to, and when it last was."""
    assert isinstance(request.user, Staff)
    customer = open_record(request.user, customer_no, now=clock.now())
    context = {"customer": customer, "devices": selectors.of(customer_id=customer.pk)}
    return render(request, "desk/devices.html", context)
