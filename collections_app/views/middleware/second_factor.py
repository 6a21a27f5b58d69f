"""Demands a second factor of the roles that the bank demands it of."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_app.models import Staff
from collections_app.selectors.role_policies import demands_totp
from collections_app.views.middleware.owed import is_for_programs, send_to

SESSION_KEY = "second_factor_set_up"
# Where a person without a second factor may go: to set it up, to leave, and to choose a language.
OPEN = ("/accounts/", "/i18n/", "/static/", "/healthz", "/readyz")


class SecondFactorMiddleware:
    """Sends staff whose role needs one-time codes to set them up, and nowhere else, until they have.

    Who has set them up is asked for a code at every sign-in by allauth itself, and cannot take them off
    (StaffMfaAdapter).
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or not is_missing(request):
            return self.get_response(request)
        address = reverse("mfa_activate_totp")
        if not is_for_programs(request):
            messages.warning(request, _("Your role needs two-step sign-in. Set it up to go on."))
        return send_to(request, address, code="second_factor_missing", at="set_up_at")


def is_missing(request: HttpRequest) -> bool:
    """Return whether the person who is signed in still owes their second factor."""
    user = request.user
    if not isinstance(user, Staff) or not demands_totp(user):
        return False
    if not request.session.get(SESSION_KEY):
        if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
            return True
        request.session[SESSION_KEY] = True
    return False
