"""Who may read a record's messages: the same rule as the record itself."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from collections_app.models import Customer, Staff
from collections_app.selectors import records


def staff_of(request: HttpRequest) -> Staff:
    """Return the member of staff who is signed in; the view is behind login_required."""
    user = request.user
    if not isinstance(user, Staff):
        raise PermissionDenied
    return user


def access_record(request: HttpRequest, customer_no: str, *, now: datetime) -> Customer:
    """Return a record this person may open. Raise Http404 outside their scope, PermissionDenied without a purpose."""
    staff = staff_of(request)
    try:
        customer = records.access_record(staff=staff, customer_no=customer_no)
    except records.NoSuchRecordError as error:
        raise Http404 from error
    check_purpose(staff, customer, now=now)
    return customer


def check_purpose(staff: Staff, customer: Customer, *, now: datetime) -> None:
    """Raise PermissionDenied when this person must name a purpose before opening the record and has not."""
    if records.needs_purpose(staff) and not records.has_looked_up(staff=staff, customer=customer, now=now):
        raise PermissionDenied
