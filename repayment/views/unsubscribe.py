"""No more e-mails of a kind, from the address that a mail's head names (RFC 8058)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from collections_app.services import clock
from notifications.services import unsubscribing
from repayment.views.pages import page, show


@csrf_exempt
@page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Show one button, the same for every address; a POST, the mail program's own among them, closes the kind.

    Mail programs bring no cookie, so there is no token: whoever has the address has the mail. The answer says the
    same whether there was such a mail or not.
    """
    if request.method == "POST":
        unsubscribing.stop(attempt=attempt, now=clock.now())
    return show(request, "unsubscribe.html", {"done": request.method == "POST"})
