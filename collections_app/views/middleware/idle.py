"""Ends the session of somebody who has left their desk."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from collections_app.views.middleware.signed_out import return_path

SESSION_KEY = "last_active"
# Writing the session on every request would cost a query each; this is precise enough.
WRITE_EVERY_SECONDS = 30


class IdleTimeoutMiddleware:
    """Signs staff out after SESSION_IDLE_SECONDS without an act of their own.

    What a page fetches by itself is not an act: event streams under /live/, and requests that carry
    the header `X-Passive` (a panel refreshing because its record changed).
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(timezone.now().timestamp())
        last = request.session.get(SESSION_KEY, now)
        if now - last > settings.SESSION_IDLE_SECONDS:
            return _sign_out(request)
        passive = request.path.startswith("/live/") or "X-Passive" in request.headers
        if not passive and (SESSION_KEY not in request.session or now - last > WRITE_EVERY_SECONDS):
            request.session[SESSION_KEY] = now
        return self.get_response(request)


def _sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, _("You were signed out because you were away for a while."))
    # To sign in and then back: what was typed there is kept in the tab. SignedOutMiddleware tells htmx.
    return redirect_to_login(return_path(request), settings.LOGIN_URL)
