"""Entries of the log, read in order of their index."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from ledger.domain.merkle import HASH_BYTES
from ledger.models import Entry

# One query reads this many rows: about 0.5 MB, whatever the length of the log.
PAGE = 5_000

_JOINED = f"""
    SELECT count(*), string_agg(leaf_hash, ''::bytea ORDER BY index) FROM {Entry._meta.db_table}
    WHERE index >= %(start)s AND index < %(end)s
"""  # noqa: S608  names of our own tables


class MissingEntryError(Exception):
    """An index that should hold an entry does not."""

    def __init__(self, index: int) -> None:
        super().__init__(f"Entry {index} is missing.")


def next_index() -> int:
    """Return the index the next entry will have, by the highest one there is. One query."""
    last = Entry.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def newest_at() -> datetime | None:
    """Return when the last entry was appended, or None for an empty log. One query."""
    return Entry.objects.order_by("-index").values_list("appended_at", flat=True).first()


def count() -> int:
    """Return how many entries there are. One query."""
    return Entry.objects.count()


def leaf_hashes(*, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield the leaf hash of each entry from ``start`` up to, not including, ``end``.

    One query per page of rows. Without ``end``, entries appended meanwhile are yielded
    too. Raise MissingEntryError at the first index that has no entry.
    """
    expected = start
    while end is None or expected + PAGE <= end:
        joined = _whole_page(expected)
        if joined is None:
            break
        for place in range(0, len(joined), HASH_BYTES):
            yield joined[place : place + HASH_BYTES]
        expected += PAGE
    yield from _one_by_one(expected, end)


def _whole_page(start: int) -> bytes | None:
    """Return the joined leaf hashes of the next page, far cheaper than row by row; None when it is not whole."""
    with connection.cursor() as cursor:
        cursor.execute(_JOINED, {"start": start, "end": start + PAGE})
        entries, joined = cursor.fetchone()
    # An index is there once, so as many as there are places are all of them.
    return bytes(joined) if entries == PAGE and len(joined) == PAGE * HASH_BYTES else None


def _one_by_one(expected: int, end: int | None) -> Iterator[bytes]:
    while end is None or expected < end:
        rows = Entry.objects.filter(index__gte=expected).order_by("index")
        if end is not None:
            rows = rows.filter(index__lt=end)
        page = list(rows.values_list("index", "leaf_hash")[:PAGE])
        for index, leaf_hash in page:
            if index != expected:
                raise MissingEntryError(expected)
            yield bytes(leaf_hash)
            expected += 1
        if len(page) < PAGE:
            break
    if end is not None and expected < end:
        raise MissingEntryError(expected)


def leaf_hashes_at(*, indexes: list[int]) -> dict[int, bytes]:
    """Return the leaf hash of each of ``indexes`` that exists. One query."""
    rows = Entry.objects.filter(index__in=indexes).values_list("index", "leaf_hash")
    return {index: bytes(leaf_hash) for index, leaf_hash in rows}
