"""The code lists as they are now: what a release ships, with the bank's edits over it.

A process keeps the book it last read and asks before each use, in one small query, whether the lists are still at
the token it read them under; the same query brings the rows when they are not. So an edit is in force everywhere
with its commit, nobody waits for a time-out, and losing Redis loses nothing. A page asks once (``reading``): its
names all come from one moment. What decides (permits, derived values) asks anew under the record's lock.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from collections_app.domain.code_lists import LISTS
from collections_app.domain.codes import STEP, Bound, CodeBook, CodeRow
from collections_app.domain.visits import VISIT_OUTCOMES

_DIRECTORY = Path(__file__).resolve().parent.parent / "reference" / "codes"

_COLUMNS = "list_name, code, name_zh, name_en, about_zh, about_en, position, active, version, data"
_READ = f"""
    SELECT token::text, CASE WHEN token::text <> %s THEN
        (SELECT json_agg(row_to_json(row)) FROM (SELECT {_COLUMNS} FROM collections_app_code) AS row) END
    FROM collections_app_coderevision
"""  # noqa: S608 (columns are constants)


class _Held:
    """The book this process read last, and the token it stood under."""

    def __init__(self) -> None:
        self.token = ""
        self.book: CodeBook | None = None


_held = _Held()
# The book of the page being answered: a list that is empty until the page first asks, then holds one book.
_page: ContextVar[list[CodeBook] | None] = ContextVar("code_book_of_page", default=None)


@cache
def shipped() -> CodeBook:
    """Return the lists as this release ships them, reading its files once. No query."""
    return CodeBook({name: [_shipped_row(row, index) for index, row in enumerate(_file(name))] for name in LISTS})


def current() -> CodeBook:
    """Return the lists as they are at this moment, in exactly one query."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [_held.token])
        found = cursor.fetchone()
    if found is None:
        book = shipped()
    elif found[0] == _held.token and _held.book is not None:
        book = _held.book
    else:
        book = _over_shipped(found[1] or [])
        _held.token, _held.book = found[0], book
    page = _page.get()
    if page is not None:
        page[:] = [book]
    return book


def seen() -> CodeBook:
    """Return the lists as the page being answered sees them: asked for once a page, else anew each time."""
    page = _page.get()
    return page[0] if page else current()


@contextmanager
def reading() -> Iterator[None]:
    """Let everything inside see one state of the lists, read when first needed."""
    token = _page.set([])
    try:
        yield
    finally:
        _page.reset(token)


def name_of(name: str, code: str) -> str:
    """Return the name of a code of a list in the language of the moment; an unknown code stays as it is."""
    return seen().text(name, code, _language())


def outcome_of_visit(code: str) -> str:
    """Return the name of an outcome as one says it of a visit, in the language of the moment."""
    return VISIT_OUTCOMES[code].text(_language()) if code in VISIT_OUTCOMES else name_of("outcomes", code)


def choices(name: str, only: list[str] | None = None) -> list[tuple[str, str]]:
    """Return the codes in use of a list, or those named, with their names in the language of the moment."""
    book = seen()
    codes = [row.code for row in book.offered(name)] if only is None else only
    return [(code, book.text(name, code, _language())) for code in codes]


def _language() -> str:
    return get_language() or "zh-hans"


def _file(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((_DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def _shipped_row(row: dict[str, Any], index: int) -> CodeRow:
    return CodeRow(
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        about_zh=row.get("about_zh", ""),
        about_en=row.get("about_en", ""),
        position=(index + 1) * STEP,
        data=row.get("data", {}),
        floors=_bounds(row.get("floors", {})),
        ceilings=_bounds(row.get("ceilings", {})),
    )


def _bounds(given: Mapping[str, list[Any]]) -> dict[str, Bound]:
    return {name: Bound(value, basis) for name, (value, basis) in given.items()}


def _over_shipped(rows: list[dict[str, Any]]) -> CodeBook:
    """Lay the stored rows over those of the release: what the bank has not stored is as it was shipped."""
    lists = {name: dict(shipped().terms(name)) for name in LISTS}
    for row in rows:
        if row["list_name"] in lists:
            base = lists[row["list_name"]].get(row["code"])
            lists[row["list_name"]][row["code"]] = stored_row(row, base)
    return CodeBook({name: found.values() for name, found in lists.items()})


def stored_row(row: Mapping[str, Any], base: CodeRow | None) -> CodeRow:
    """Return a stored row as the domain knows it. Its bounds, and values it lacks, are the shipped row's."""
    return CodeRow(
        code=row["code"],
        zh=row["name_zh"],
        en=row["name_en"],
        about_zh=row["about_zh"],
        about_en=row["about_en"],
        position=row["position"],
        active=row["active"],
        version=row["version"],
        data={**(base.data if base else {}), **row["data"]},
        floors=base.floors if base else {},
        ceilings=base.ceilings if base else {},
    )
