"""Entries of the log, read in order of their index."""

from collections.abc import Iterator

from ledger.models import Entry

# One query reads this many rows: about 0.5 MB, whatever the length of the log.
PAGE = 5_000


def next_index() -> int:
    """Return the index the next entry will have, by the highest one there is. One query."""
    last = Entry.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def count() -> int:
    """Return how many entries there are. One query."""
    return Entry.objects.count()


def leaf_hashes(*, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield (index, leaf hash) of the entries from ``start`` up to, not including, ``end``.

    One query per page of rows. Entries appended meanwhile are yielded too when ``end`` is None.
    """
    while True:
        rows = Entry.objects.filter(index__gte=start).order_by("index")
        if end is not None:
            rows = rows.filter(index__lt=end)
        page = list(rows.values_list("index", "leaf_hash")[:PAGE])
        for index, leaf_hash in page:
            yield index, bytes(leaf_hash)
        if len(page) < PAGE:
            return
        start = page[-1][0] + 1


def leaf_hashes_at(*, indexes: list[int]) -> dict[int, bytes]:
    """Return the leaf hash of each of ``indexes`` that exists. One query."""
    rows = Entry.objects.filter(index__in=indexes).values_list("index", "leaf_hash")
    return {index: bytes(leaf_hash) for index, leaf_hash in rows}
