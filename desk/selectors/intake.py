"""The nightly files: those taken in lately, and one with the rows it lost."""

from collections.abc import Iterator

from django.db.models import QuerySet

from collections_app.models import IntakeBatch, IntakeReject, IntakeState

MOST_REJECTS_SHOWN = 50
UNDER_WAY = frozenset({IntakeState.WAITING, IntakeState.READING, IntakeState.APPLYING})


def batches() -> QuerySet[IntakeBatch]:
    """Return the files, the newest first."""
    return IntakeBatch.objects.select_related("started_by").order_by("-id")


def batch(batch_id: int) -> IntakeBatch | None:
    """Return one file, or None."""
    return IntakeBatch.objects.select_related("started_by").filter(id=batch_id).first()


def first_rejects(found: IntakeBatch) -> list[IntakeReject]:
    """Return the first rejected rows of a file."""
    return list(found.rejects.all()[:MOST_REJECTS_SHOWN])


def all_rejects(found: IntakeBatch) -> Iterator[IntakeReject]:
    """Return every rejected row that was kept, as a stream."""
    return found.rejects.all().iterator(chunk_size=1000)
