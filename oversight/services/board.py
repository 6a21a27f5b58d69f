"""The figures of the board that are too many rows to count whenever somebody looks."""

from datetime import datetime

from django.core.cache import cache

from collections_app.models import Branch
from oversight.selectors import board

# Up to so many open cases everything is counted by whoever looks, and the board shows each change at once.
LARGE = 50_000


def keep(*, now: datetime) -> int:
    """Count the book and the day's contacts of all branches, keep them for a large bank, and return the open cases.

    What is kept may be forgotten: then the board counts by itself.
    """
    book = board.count_book(ids=list(Branch.objects.values_list("pk", flat=True)), now=now)
    open_cases = sum(row["cases_open"] for row in book.rows.values())
    if open_cases < LARGE:
        cache.delete(board.KEPT)
    else:
        rows = {branch: dict(row) for branch, row in book.rows.items()}
        kept = {"at": book.at, "rows": rows, "contacts": dict(book.contacts)}
        cache.set(board.KEPT, kept, board.KEPT_FOR.total_seconds())
    return open_cases
