"""Logs every try at a record that is walled from the person. It runs after the answer: nothing of it is told."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from collections_app.models import Staff
from collections_app.services import clock, walls


class WallTriesMiddleware:
    """Writes down what the selectors and services noted on the person while the request was answered."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        staff = getattr(request, "user", None)
        if isinstance(staff, Staff) and (tries := getattr(staff, "wall_tries", [])):
            staff.wall_tries = []
            walls.log_tries(staff=staff, tries=tries, path=request.path, now=clock.now())
        return response
