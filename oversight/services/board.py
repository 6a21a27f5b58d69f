"""The figures of the board that are too many rows to count whenever somebody looks."""

from datetime import datetime, timedelta

from django.core.cache import cache

from collections_app.models import Branch
from oversight.selectors import board

# Up to so many open cases everything is counted by whoever looks, and the board shows each change at once.
LARGE = 50_000
# However many ask for the figures of now, the whole bank is counted for them no more often.
AGAIN_AFTER = timedelta(seconds=5)
ASKED = "board:asked:1"


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


def keep_anew(*, now: datetime) -> bool:
    """Keep the figures of this moment for whoever asks for them; return whether what is kept is new.

    Else the page would show the older ones again as soon as it renews itself. Whoever asks within five seconds of
    somebody else is shown what that one had counted or, while it is being counted, counts alone. Where nothing is kept,
    everybody counts at every look, and nothing is done.
    """
    kept = cache.get(board.KEPT)
    if kept is None:
        return False
    if cache.add(ASKED, 1, AGAIN_AFTER.total_seconds()):
        keep(now=now)
        return True
    return bool(now - kept["at"] <= AGAIN_AFTER)
