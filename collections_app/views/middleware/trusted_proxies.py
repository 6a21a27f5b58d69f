"""What a proxy says of a request counts only when the request comes from one of our own proxies."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from collections_app.services import addresses

# Whatever names a client, a scheme or a host in a proxy's words.
_WORDS = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP", "HTTP_FORWARDED",
)  # fmt: skip


class TrustedProxiesMiddleware:
    """Drops these words from a request that did not come through a proxy of ours: anybody can write them.

    It stands first. Client address (limits, logs, addresses of machines) and scheme (redirects, cookies) rest on it.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not addresses.is_our_proxy(request.META.get("REMOTE_ADDR", "")):
            for name in _WORDS:
                request.META.pop(name, None)
        return self.get_response(request)
