"""Who covers for whom: a book is its owner's, and for a while that of the colleague who covers for them."""

from datetime import datetime

from django.db.models import QuerySet

from collections_app.models import LeaveCover, Staff


def in_force(*, now: datetime) -> QuerySet[LeaveCover]:
    """Return the covers that hold at an instant: time alone begins and ends them."""
    return LeaveCover.objects.filter(begins_at__lte=now, ends_at__gt=now, ended_at__isnull=True)


def books(*, staff: Staff, now: datetime) -> list[int]:
    """Return whose books a person works: their own, and those they cover for. One query."""
    return [staff.pk, *in_force(now=now).filter(cover=staff.pk).order_by("id").values_list("away_id", flat=True)]


def away(*, now: datetime) -> set[int]:
    """Return who is away now. One query."""
    return set(in_force(now=now).values_list("away_id", flat=True))


def cover_of(*, staff_id: int, now: datetime) -> Staff | None:
    """Return who covers for somebody now, or None."""
    found = in_force(now=now).filter(away=staff_id).select_related("cover").first()
    return found.cover if found else None
