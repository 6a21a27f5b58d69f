"""The messages of one record: a panel for the record page, and a page of its own without JavaScript."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collections_app.services import clock
from notifications.selectors import outbox
from notifications.views.guard import access_record


@login_required
@require_GET
def record(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Show what is planned for the record and what went out, at the record's present version."""
    now = clock.now()
    customer = access_record(request, customer_no, now=now)
    context = {"customer": customer, "found": outbox.of_record(customer=customer, now=now)}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, f"notifications/record.html{'#panel' if fragment else ''}", context)
