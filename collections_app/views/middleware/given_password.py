"""Has a password that an administrator gave changed before anything else is done with it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_app.models import Staff
from collections_app.views.middleware.owed import is_for_programs, send_to

# Where a person with such a password may go: to change it, to leave, and to choose a language.
OPEN = ("/accounts/password/change/", "/accounts/logout/", "/i18n/", "/static/", "/healthz", "/readyz")


class GivenPasswordMiddleware:
    """Sends staff whose password is not their own to choose one, and nowhere else, until they have."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, Staff) or user.given_password_until is None or request.path.startswith(OPEN):
            return self.get_response(request)
        address = reverse("account_change_password")
        if not is_for_programs(request):
            messages.warning(request, _("An administrator gave you this password. Choose your own to go on."))
        return send_to(request, address, code="password_to_be_changed", at="change_at")
