"""The file of the post: ``letter,outcome,day,reference,reason``, one line for each letter's news.

The reference is the post's name for a letter that was posted; the reason says why one came back.
"""

import csv
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from collections_app.domain.typed import day_of
from notifications.domain.letters import RETURNS, id_of

COLUMNS = ("letter", "outcome", "day", "reference", "reason")
OUTCOMES = frozenset({"posted", "delivered", "returned", "withdrawn"})
MOST_LINES = 5_000
MOST_BYTES = 2_000_000


class PostFileError(ValueError):
    """A file that cannot be taken at all: the code of its reason."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Line:
    """One sound line: which letter, how far it got, on which day."""

    line: int
    letter_id: int
    outcome: str
    on: date
    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line: where, and a code of its reason."""

    line: int
    column: str
    reason: str


def read(content: bytes) -> tuple[list[Line], list[Problem]]:
    """Return the sound lines of a file in its order, and what is wrong with the others. Raise PostFileError."""
    if len(content) > MOST_BYTES:
        raise PostFileError("post_file_lines", most=MOST_LINES)
    try:
        rows = csv.reader(StringIO(_text(content)), strict=True)
        header = tuple(cell.strip().lower() for cell in next(rows, []))
        if header != COLUMNS:
            raise PostFileError("post_file_columns", columns=",".join(COLUMNS))
        cells = [(line, [cell.strip() for cell in row]) for line, row in enumerate(rows, start=2) if any(row)]
    except csv.Error as error:
        raise PostFileError("post_file_unreadable") from error
    if not cells or len(cells) > MOST_LINES:
        raise PostFileError("post_file_lines", most=MOST_LINES)
    found = [_read(line, row) for line, row in cells]
    return [item for item in found if isinstance(item, Line)], [item for item in found if isinstance(item, Problem)]


def _text(content: bytes) -> str:
    """The offices of the mainland save GB18030 where others save UTF-8."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PostFileError("post_file_unreadable")


def _read(line: int, row: list[str]) -> Line | Problem:
    if len(row) != len(COLUMNS):
        return Problem(line, "letter", "post_line_cells")
    number, outcome, day, reference, why = row
    letter_id = id_of(number)
    if letter_id is None:
        return Problem(line, "letter", "no_such_letter")
    if outcome.lower() not in OUTCOMES:
        return Problem(line, "outcome", "no_such_outcome")
    try:
        on = day_of(day)
    except ValueError:
        return Problem(line, "day", "letter_day_impossible")
    if (outcome.lower() == "returned") != (why.lower() in RETURNS):
        return Problem(line, "reason", "no_such_return")
    return Line(line, letter_id, outcome.lower(), on, reference, why.lower())
