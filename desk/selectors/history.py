"""A page of a record's history."""

from collections.abc import Sequence

from collections_app.models import Customer, Event


def page(
    *, customer: Customer, kinds: Sequence[str] | None, department: str, before: int | None, limit: int
) -> list[Event]:
    """Return events, newest first, with who and what was typed; ``kinds`` of None means all. One query."""

    rows = Event.objects.filter(customer=customer).select_related("actor", "text_row").order_by("-id")
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    if department:
        rows = rows.filter(department=department)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows[:limit])
