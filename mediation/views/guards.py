"""Who gets in: signed-in staff, in a role that has business here."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from collections_app.models import Staff

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_of(request: HttpRequest) -> Staff:
    """Return who is signed in."""
    if not isinstance(request.user, Staff):
        raise PermissionDenied
    return request.user


def staff_only(*actions: str) -> Callable[[View[P]], View[P]]:
    """Let in only signed-in staff whose role allows one of the actions; without actions, all staff."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            staff = staff_of(request)
            if actions and not any(staff.may(action) for action in actions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


def is_fragment(request: HttpRequest) -> bool:
    """Return whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def seen_version(request: HttpRequest) -> int:
    """Return the version the page was drawn from; a page without one has seen nothing and is refused."""
    try:
        return int(request.POST.get("seen_version", ""))
    except ValueError:
        return 0
