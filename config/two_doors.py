"""Two addresses, one for customers and one for the bank's people: at the first nothing of the second is there."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from repayment.views import errors

# What the world may ask for at the customers' address: their pages and rooms, what the apps and providers call, and
# whether we live. docs/operations.md names the same for a proxy.
PUBLIC = (
    "/r/", "/live/room/", "/static/", "/i18n/", "/.well-known/", "/healthz", "/readyz",
    "/notifications/twilio/", "/mediation/leg/",
)  # fmt: skip


class TwoDoorsMiddleware:
    """Answers 404 to whatever else is asked for at the customers' host, once staff have a host of their own."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if settings.DESK_HOST == settings.PUBLIC_HOST:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rpartition(":")[0] or request.get_host()
        if host == settings.PUBLIC_HOST and not request.path.startswith(PUBLIC):
            return errors.not_found(request)
        return self.get_response(request)
