"""A page that plays the bank's app. Demo and tests only."""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from collections_app.services import clock
from repayment.forms.sandbox_app import SandboxAppForm
from repayment.services import sandbox_app
from repayment.views.pages import page, show


@page
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Show whose phone it is; on "open", do what the app's server does and go where the app would go."""
    first = {"customer_no": request.GET.get("customer", ""), "to": "account", "fault": ""}
    form = SandboxAppForm(request.POST or None, initial=first)
    if request.method != "POST" or not form.is_valid():
        return show(request, "sandbox_app.html", {"form": form}, status=400 if request.method == "POST" else 200)
    asked = form.cleaned_data
    now = clock.now() - (timedelta(minutes=2) if asked["fault"] == "late" else timedelta())
    fields = sandbox_app.hand_over(customer_no=asked["customer_no"], to=asked["to"], device=asked["device"], now=now)
    if asked["fault"] == "sub":
        fields["sub"] += "0"
    return redirect(f"{reverse('repayment:app_entry')}?{urlencode(fields)}")
