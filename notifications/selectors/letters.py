"""What operations read of letters: what waits, the batches, one letter, and the files of the post."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, QuerySet

from collections_app.models import Staff
from collections_app.selectors import records
from notifications.domain.letters import LETTER_STATES
from notifications.models import Letter, PostFile, PrintBatch

PAGE = 50


def scoped(staff: Staff, *, now: datetime) -> QuerySet[Letter]:
    """Return the letters to the customers a member of staff may see."""
    return Letter.objects.filter(customer__in=records.scoped(staff, now=now).values("pk"))


def counts(*, staff: Staff, now: datetime) -> list[tuple[str, int]]:
    """Return how many letters are in each state, in the order of a letter's life."""
    found = dict(scoped(staff, now=now).values("state").annotate(n=Count("pk")).values_list("state", "n"))
    return [(state, found.get(state, 0)) for state in LETTER_STATES]


def page(*, staff: Staff, state: str, before: int | None, now: datetime) -> tuple[list[Letter], int | None]:
    """Return one page of letters, the newest first, of a state or all, and where the next page goes on from."""
    rows = scoped(staff, now=now)
    if state in LETTER_STATES:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("message", "customer", "batch").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def one(*, staff: Staff, letter_id: int, now: datetime) -> Letter | None:
    """Return a letter to a customer in this person's scope, with its message and batch."""
    rows = scoped(staff, now=now).select_related("message__contact_point", "customer", "batch", "handoff")
    return rows.filter(pk=letter_id).first()


def batches() -> QuerySet[PrintBatch]:
    """Return the batches, newest first."""
    return PrintBatch.objects.select_related("made_by").order_by("-pk")


def batch(*, staff: Staff, batch_id: int, now: datetime) -> PrintBatch | None:
    """Return a batch all of whose letters are in this person's scope."""
    found = PrintBatch.objects.select_related("made_by").filter(pk=batch_id).first()
    if found is None:
        return None
    mine = scoped(staff, now=now).filter(batch=found).count()
    return found if mine == found.letters_count else None


def of_batch(batch_id: int) -> Sequence[Letter]:
    """Return the letters of a batch in the order they are printed."""
    return list(Letter.objects.filter(batch_id=batch_id).select_related("message", "customer").order_by("pk"))


def post_files() -> QuerySet[PostFile]:
    """Return the files of the post, newest first."""
    return PostFile.objects.select_related("by").order_by("-pk")


def post_file(file_id: int) -> PostFile | None:
    """Return one file of the post."""
    return PostFile.objects.select_related("by").filter(pk=file_id).first()
