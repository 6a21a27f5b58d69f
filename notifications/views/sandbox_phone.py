"""The on-screen phone of demo and tests."""

from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from collections_app.domain.typed import plain
from collections_app.services import clock
from notifications.selectors import sandbox_phone as selectors
from notifications.services.replies import receiving


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
        "messages_shown": selectors.thread(texts, number=current.number) if current else [],
    }
    part = "#screen" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"notifications/phone.html{part}", context)


@require_POST
def reply(request: HttpRequest) -> HttpResponse:
    """Answer as the customer whose conversation it is; the bank takes it in as it would from the provider."""
    if not settings.SANDBOX:
        raise Http404
    chosen = next((row for row in selectors.conversations() if row.token == request.POST.get("to")), None)
    if chosen is None:
        raise Http404
    words = plain(request.POST.get("words", ""))[:500]
    if words:
        receiving.receive(
            provider=chosen.newest.provider, provider_id=f"SB{uuid4().hex}", number=chosen.number, body=words,
            now=clock.now(),
        )  # fmt: skip
    return redirect(f"{reverse('notifications:sandbox_phone')}?to={chosen.token}")
