"""Opening a record: the one rule for every page, panel and form of every room."""

from datetime import datetime

from django.http import Http404

from collections_app.models import Customer, Staff
from collections_app.selectors import records


def open_record(staff: Staff, customer_no: str, *, now: datetime) -> Customer:
    """Return the record of that number, which this person may open now.

    Raise Http404 outside their scope, which looks like absence, and PurposeNeededError when they must say first
    why they open it; the desk's middleware answers that with the way to say it.
    """
    try:
        return records.open_record(staff=staff, customer_no=customer_no, now=now)
    except records.NoSuchRecordError as error:
        raise Http404 from error
