"""The nightly files: those taken in lately, and one with the rows it lost."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from collections_app.domain.intake.shown import shown
from collections_app.models import IntakeBatch, IntakeReject, IntakeState

MOST_REJECTS_SHOWN = 50
UNDER_WAY = frozenset({IntakeState.WAITING, IntakeState.READING, IntakeState.APPLYING})


def batches() -> QuerySet[IntakeBatch]:
    """Return the files, the newest first."""
    return IntakeBatch.objects.select_related("started_by").order_by("-id")


def batch(batch_id: int) -> IntakeBatch | None:
    """Return one file, or None."""
    return IntakeBatch.objects.select_related("started_by").filter(id=batch_id).first()


@dataclass(frozen=True, slots=True)
class Rejects:
    """What a page shows of a file's rejected rows: the first, masked, whether the download has more, and how many rows
    were counted and not kept.
    """

    first: list[tuple[IntakeReject, str]]
    has_more: bool
    not_kept: int


def rejects(found: IntakeBatch) -> Rejects:
    """Return what is shown of the rejected rows of a file."""
    rows = list(found.rejects.all()[: MOST_REJECTS_SHOWN + 1])
    first = [(row, shown(row.column, row.value)) for row in rows[:MOST_REJECTS_SHOWN]]
    return Rejects(first, len(rows) > MOST_REJECTS_SHOWN, not_kept(found))


def not_kept(found: IntakeBatch) -> int:
    """Return how many rejected rows of a file were counted and not kept: of millions nobody reads more than some."""
    # A line of the second file may have the number of one of the first.
    of_second = Q(column__startswith="transactions.")
    kept = (found.rejects.filter(each).values("line").distinct().order_by().count() for each in (of_second, ~of_second))
    return max(found.rows_rejected - sum(kept), 0)


def all_rejects(found: IntakeBatch) -> Iterator[IntakeReject]:
    """Return every rejected row that was kept, as a stream."""
    return found.rejects.all().iterator(chunk_size=1000)
