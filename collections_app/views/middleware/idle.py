"""Ends the session of somebody who has left their desk, and every session after a day's work."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from collections_app.domain.sessions import LAST_ACTIVE, SIGNED_IN, Ended, ended
from collections_app.views.middleware.signed_out import return_path

# Writing the session on every request would cost a query each; this is precise enough.
WRITE_EVERY_SECONDS = 30


class IdleTimeoutMiddleware:
    """Signs staff out after SESSION_IDLE_SECONDS without an act of their own, and SESSION_LONGEST_SECONDS after
    they signed in, whatever they do.

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
        why = ended(
            request.session,
            now=now,
            idle_seconds=settings.SESSION_IDLE_SECONDS,
            longest_seconds=settings.SESSION_LONGEST_SECONDS,
        )
        if why is not None:
            return _sign_out(request, why)
        if SIGNED_IN not in request.session:
            request.session[SIGNED_IN] = now
        last = request.session.get(LAST_ACTIVE)
        passive = request.path.startswith("/live/") or "X-Passive" in request.headers
        if not passive and (last is None or now - last > WRITE_EVERY_SECONDS):
            request.session[LAST_ACTIVE] = now
        return self.get_response(request)


def _sign_out(request: HttpRequest, why: Ended) -> HttpResponse:
    logout(request)
    if why is Ended.LONG:
        hours = settings.SESSION_LONGEST_SECONDS // 3600
        told = _("You were signed out: everybody signs in again after %(hours)s hours.") % {"hours": hours}
    else:
        told = _("You were signed out because you were away for a while.")
    messages.info(request, told)
    # To sign in and then back: what was typed there is kept in the tab. SignedOutMiddleware tells htmx.
    return redirect_to_login(return_path(request), settings.LOGIN_URL)
