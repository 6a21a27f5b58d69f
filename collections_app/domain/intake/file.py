"""Reading a nightly file as a stream: its encoding, whether it is whole, its header and its rows.

Nothing here holds more of a file than one block and one line, however large the file is.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO

BLOCK_BYTES = 1 << 20
LONGEST_LINE = 64 * 1024
_BOM = "\ufeff"
# A last line that says how many rows stand between it and the header; spreadsheets fill it up with empty cells.
TRAILER = "#rows"
_TRAILER = re.compile(rb'"?#rows"?\s*,\s*"?(\d{1,9})"?[\s,]*')
_TRAILER_BYTES = 256


class FileRefusedError(Exception):
    """The whole file is refused: a code of FILE_REASONS, and what names the place."""

    def __init__(self, reason: str, **detail: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look over the whole file tells: its size in bytes, its digest, encoding and number of lines.

    ``rows_told`` is the number of rows its last line tells of, None where it tells none.
    """

    size: int
    sha256: str
    encoding: str
    lines: int
    rows_told: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: its line number (the header is 1), its cells by the order asked for, or what is wrong."""

    number: int
    cells: Sequence[str] = field(default=())
    problem: str = ""


def survey(file: BinaryIO, *, max_bytes: int) -> Survey:
    """Return what the file is, after reading all of it once.

    Raise FileRefusedError for a file that is empty, too large, cut off (its last line does not end), or in
    neither UTF-8 nor GB18030, and for a last line that is to tell the number of rows and does not.
    """
    digest = sha256()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    size = lines = 0
    end = b""
    while block := file.read(BLOCK_BYTES):
        size += len(block)
        if size > max_bytes:
            raise FileRefusedError("too_large", limit=max_bytes)
        if b"\x00" in block:
            raise FileRefusedError("binary")
        digest.update(block)
        lines += block.count(b"\n")
        end = (end + block)[-_TRAILER_BYTES:]
        is_utf8 = is_utf8 and _decodes(utf8, block)
    if not size:
        raise FileRefusedError("empty")
    if not end.endswith(b"\n"):
        raise FileRefusedError("half_file", line=lines + 1)
    if not is_utf8:
        _check_gb18030(file)
    return Survey(size, digest.hexdigest(), "utf-8" if is_utf8 else "gb18030", lines, _rows_told(end, lines))


def _rows_told(end: bytes, lines: int) -> int | None:
    last = end.rstrip().rpartition(b"\n")[2]
    if not last.lstrip(b'"').startswith(TRAILER.encode()):
        return None
    told = _TRAILER.fullmatch(last)
    if told is None:
        raise FileRefusedError("row_count", line=lines)
    return int(told[1])


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _check_gb18030(file: BinaryIO) -> None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("gb18030")()
    while block := file.read(BLOCK_BYTES):
        if not _decodes(decoder, block):
            raise FileRefusedError("encoding")


def lines_of(file: BinaryIO, *, encoding: str) -> Iterator[tuple[int, str]]:
    """Return the lines of a file with their numbers from 1, without their ends."""
    decoder = codecs.getincrementaldecoder(encoding)()
    number = 0
    rest = ""
    while block := file.read(BLOCK_BYTES):
        parts = (rest + decoder.decode(block)).split("\n")
        rest = parts.pop()
        if len(rest) > LONGEST_LINE:
            raise FileRefusedError("line_too_long", line=number + len(parts) + 1)
        for part in parts:
            number += 1
            yield number, part.removeprefix(_BOM).rstrip("\r") if number == 1 else part.rstrip("\r")
    if rest:
        raise FileRefusedError("half_file", line=number + 1)


def places_of(header: str, *, columns: Sequence[str]) -> list[int]:
    """Return where in a row each of the columns stands, by a header line.

    Raise FileRefusedError naming the column that is missing, not known, or there twice.
    """
    names = [name.strip().lower() for name in _cells(header) or []]
    for name in names:
        if name not in columns:
            raise FileRefusedError("unknown_column", column=name[:60])
        if names.count(name) > 1:
            raise FileRefusedError("duplicate_column", column=name)
    for column in columns:
        if column not in names:
            raise FileRefusedError("missing_column", column=column)
    return [names.index(column) for column in columns]


def rows_of(file: BinaryIO, *, survey: Survey, columns: Sequence[str]) -> Iterator[Line]:
    """Return the rows below the header, cells stripped and in the order of ``columns``; empty lines are left out.

    So is the last line that tells the number of rows. A row that cannot be cut into cells carries its problem
    instead. Raise FileRefusedError for a bad header,
    and for a last row that is shorter than the others: the file was cut off.
    """
    lines = lines_of(file, encoding=survey.encoding)
    _, header = next(lines)
    places = places_of(header, columns=columns)
    in_order = places == list(range(len(columns)))
    for number, text in lines:
        if not text or (survey.rows_told is not None and text.lstrip('"').startswith(TRAILER)):
            continue
        cells = _cells(text)
        if cells is None:
            yield Line(number, problem="quotes")
            continue
        if len(cells) != len(columns):
            if number == survey.lines and len(cells) < len(columns):
                raise FileRefusedError("half_file", line=number)
            yield Line(number, problem="columns")
            continue
        yield Line(number, cells if in_order else [cells[place] for place in places])


def _cells(text: str) -> list[str] | None:
    """Cut one line into cells; None when its quotes do not match. A line is always one row."""
    if '"' not in text:
        return [cell.strip() for cell in text.split(",")]
    try:
        return [cell.strip() for cell in next(csv.reader([text], strict=True))]
    except csv.Error:
        return None
