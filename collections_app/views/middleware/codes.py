"""Lets a page see one state of the code lists, however many names it shows."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from collections_app.selectors import codes


class CodesMiddleware:
    """Reads the code lists once a page, when the first name is asked for."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with codes.reading():
            return self.get_response(request)
