"""Promising a day on the customer's own page, and moving it."""

from collections.abc import Sequence
from datetime import date, timedelta

# Whoever has not kept their word on an account for so long speaks with a person first (policy): promises stop
# collection, and nobody shall stop it by words alone.
WAIT_AFTER_BROKEN = timedelta(days=30)


def left_to_move(unpaid: Sequence[tuple[date, int]], *, overdue_fen: int) -> list[tuple[date, int]]:
    """Return the unpaid parts of a promise as (day, fen), cut from the end where less is overdue than promised."""
    left = overdue_fen
    kept = []
    for day, fen in unpaid:
        share = min(fen, left)
        left -= share
        if share > 0:
            kept.append((day, share))
    return kept
