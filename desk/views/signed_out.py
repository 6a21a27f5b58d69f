"""The notice that one is signed out, for a page that has learnt it from its feed, and as a page of its own."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_safe

from collections_app.views.middleware.signed_out import return_path


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Return the notice with the way to sign in and back; nothing (204) to who has signed in meanwhile.

    A page asks for the notice alone; whoever opens the address gets a page around it.
    """
    if request.user.is_authenticated:
        return HttpResponse(status=204)
    query = urlencode({"next": return_path(request)})
    context = {"sign_in_url": f"{resolve_url(settings.LOGIN_URL)}?{query}"}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "desk/_signed_out.html" if part else "desk/signed_out.html", context)
