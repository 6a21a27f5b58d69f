"""A page of a record's history."""

from collections.abc import Sequence

from collections_app.models import Customer, Event

BROUGHT_ALONG = ["promise_pending", "payment_pending", "agreement_active"]


def page(
    *, customer: Customer, kinds: Sequence[str] | None, department: str, before: int | None, limit: int
) -> list[Event]:
    """Return events, newest first, with who and what was typed; ``kinds`` of None means all. One query.

    Holds that a promise, a claim or a plan brings and takes with it are left out of the whole history: their cause
    stands there. They are listed when holds are asked for.
    """

    rows = Event.objects.filter(customer=customer).select_related("actor", "text_row").order_by("-id")
    if kinds is None:
        rows = rows.exclude(kind__in=["hold.placed", "hold.released"], payload__kind__in=BROUGHT_ALONG)
    else:
        rows = rows.filter(kind__in=kinds)
    if department:
        rows = rows.filter(department=department)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows[:limit])
