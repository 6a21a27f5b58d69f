"""The nightly files: those taken in lately, and one with the rows it lost."""

from collections.abc import Iterator

from collections_app.models import IntakeBatch, IntakeReject, IntakeState

MOST_BATCHES = 30
MOST_REJECTS_SHOWN = 50
UNDER_WAY = frozenset({IntakeState.WAITING, IntakeState.READING, IntakeState.APPLYING})


def latest_batches() -> list[IntakeBatch]:
    """Return the latest files, the newest first."""
    return list(IntakeBatch.objects.select_related("started_by").order_by("-id")[:MOST_BATCHES])


def batch(batch_id: int) -> IntakeBatch | None:
    """Return one file, or None."""
    return IntakeBatch.objects.select_related("started_by").filter(id=batch_id).first()


def first_rejects(found: IntakeBatch) -> list[IntakeReject]:
    """Return the first rejected rows of a file."""
    return list(found.rejects.all()[:MOST_REJECTS_SHOWN])


def all_rejects(found: IntakeBatch) -> Iterator[IntakeReject]:
    """Return every rejected row that was kept, as a stream."""
    return found.rejects.all().iterator(chunk_size=1000)
