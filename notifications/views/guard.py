"""Who may read a record's messages: the same rule as the record itself; and who may see the texts of messages."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from collections_app.models import Customer, Staff
from collections_app.views.opening import open_record
from notifications.services.templates import APPROVE, WRITE

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Staff, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_of(request: HttpRequest) -> Staff:
    """Return the member of staff who is signed in; the view is behind login_required."""
    user = request.user
    if not isinstance(user, Staff):
        raise PermissionDenied
    return user


def access_record(request: HttpRequest, customer_no: str, *, now: datetime) -> Customer:
    """Return a record this person may open. Raise what `open_record` raises."""
    return open_record(staff_of(request), customer_no, now=now)


def for_texts(view: View[P]) -> Guarded[P]:
    """Let in who writes texts, approves them, or reads everything; hand the view the person."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        staff = staff_of(request)
        if not any(staff.may(action) for action in (WRITE, APPROVE, "admin.read")):
            raise PermissionDenied
        return view(request, staff, *args, **kwargs)

    return login_required(guarded)
