"""What staff read of replies: those on the records they may see, and those of nobody's number."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from collections_app.models import Staff
from collections_app.models.tokens import contact_token
from collections_app.selectors import records
from notifications.models import Reply

PAGE = 50
# Whoever mends contact points may find out whose number it is.
READS_UNKNOWN = "contact.correct"


def page(*, staff: Staff, unknown: bool, before: int | None, now: datetime) -> tuple[list[Reply], int | None]:
    """Return one page of replies, newest first, and the id the next page goes on from."""
    reach = records.scoped(staff, now=now).values("pk")
    rows = _unknown(staff) if unknown else Reply.objects.filter(customer__in=reach)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("customer", "contact_point").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def _unknown(staff: Staff) -> QuerySet[Reply]:
    rows = Reply.objects.filter(customer__isnull=True)
    return rows if staff.may(READS_UNKNOWN) else rows.none()


def of_number(number: str, *, most: int) -> Sequence[Reply]:
    """Return what came from a number, oldest first and each text once: the sandbox phone's own side."""
    rows = Reply.objects.filter(number_token=contact_token(number, is_phone=True)).order_by("-received_at", "-id")
    first = {row.provider_id: row for row in rows[:most]}
    return list(reversed(first.values()))
