"""Demands a one-time password of the roles that can do most harm."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

SESSION_KEY = "second_factor_set_up"


class SecondFactorMiddleware:
    """Sends people of SECOND_FACTOR_ROLES to set up a one-time password before anything else.

    From then on sign-in itself asks for the code, and it cannot be taken off (StaffMfaAdapter).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._may_pass(request):
            return self.get_response(request)
        messages.warning(request, _("Your role needs two-step sign-in. Set it up to go on."))
        return HttpResponseRedirect(reverse("mfa_activate_totp"))

    def _may_pass(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or user.role not in settings.SECOND_FACTOR_ROLES:
            return True
        # Where it is set up, where one leaves, and where the language is changed.
        if request.path.startswith((reverse("account_logout").removesuffix("logout/"), reverse("set_language"))):
            return True
        if not request.session.get(SESSION_KEY) and is_mfa_enabled(user):
            request.session[SESSION_KEY] = True
        return bool(request.session.get(SESSION_KEY))
