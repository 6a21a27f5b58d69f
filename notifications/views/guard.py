"""Who may read a record's messages: the same rule as the record itself."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from collections_app.models import Customer, Staff
from collections_app.views.opening import open_record


def staff_of(request: HttpRequest) -> Staff:
    """Return the member of staff who is signed in; the view is behind login_required."""
    user = request.user
    if not isinstance(user, Staff):
        raise PermissionDenied
    return user


def access_record(request: HttpRequest, customer_no: str, *, now: datetime) -> Customer:
    """Return a record this person may open. Raise what `open_record` raises."""
    return open_record(staff_of(request), customer_no, now=now)
