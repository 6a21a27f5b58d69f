"""Keeps staff pages out of the browser's memory: the next person at the desk must not read them by "back"."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NO_STORE = "private, no-store"


class NoStoreMiddleware:
    """Says of every answer to a signed-in person that it is not kept, unless the view says something else.

    It also makes "back" ask the server again: an old page would show a record as it was.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = NO_STORE
        return response
