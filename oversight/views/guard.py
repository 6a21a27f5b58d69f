"""Who gets in: signed-in staff whose role may."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from collections_app.models import Staff

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Staff, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_staff(action: str = "") -> Callable[[View[P]], Guarded[P]]:
    """Hand the view the person who is signed in; refuse who may not do the action."""

    def decorate(view: View[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            staff = request.user
            if not isinstance(staff, Staff) or (action and not staff.may(action)):
                raise PermissionDenied
            return view(request, staff, *args, **kwargs)

        return login_required(guarded)

    return decorate
