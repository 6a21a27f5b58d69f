"""The on-screen phone of demo and tests."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from notifications.selectors import sandbox_phone as selectors


@require_GET
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """Show the conversations, and one of them: ``?to=`` names it by its token. Not found where real customers are."""
    if not settings.SANDBOX:
        raise Http404
    listed = selectors.conversations()
    chosen = request.GET.get("to", "")
    current = next((item for item in listed if item.token == chosen), None)
    texts = selectors.messages(current.token) if current else []
    context = {
        "conversations": listed,
        "current": current,
        "owner": selectors.owner(texts),
        "messages_shown": [(row, selectors.pieces(row.body)) for row in texts],
    }
    part = "#screen" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"notifications/phone.html{part}", context)
