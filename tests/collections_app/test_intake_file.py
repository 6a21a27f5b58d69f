"""Reading a nightly file: encodings, headers, and what makes a whole file useless."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest

from collections_app.domain.intake.file import BLOCK_BYTES, FileRefusedError, lines_of, rows_of, survey
from collections_app.domain.intake.format import COLUMNS
from collections_app.domain.intake.sanity import check_count
from tests.collections_app.intake_files import row, text_of

LIMIT = 10_000_000


def _rows(content: bytes, max_bytes: int = LIMIT) -> list[tuple[int, str, list[str]]]:
    file = io.BytesIO(content)
    found = survey(file, max_bytes=max_bytes)
    file.seek(0)
    return [(line.number, line.problem, list(line.cells)) for line in rows_of(file, survey=found, columns=COLUMNS)]


def _refusal(content: bytes, max_bytes: int = LIMIT) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as caught:
        _rows(content, max_bytes)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf8_with_and_without_mark_and_gb18030_are_read(encoding: str) -> None:
    """The encoding is found out, not asked for."""
    name = COLUMNS.index("name")
    read = _rows(text_of([row(100, name="阿依古丽·买买提")]).encode(encoding))

    assert [(number, problem, cells[name]) for number, problem, cells in read] == [(2, "", "阿依古丽·买买提")]


def test_windows_line_ends_quotes_and_another_order_of_columns_are_read() -> None:
    """The header decides where a column stands; quotes keep commas in."""
    columns = list(reversed(COLUMNS))
    text = text_of([row(100, address='"A street, 1"')], columns).replace("\n", "\r\n")

    (_, problem, cells) = _rows(text.encode())[0]

    assert problem == ""
    assert cells[COLUMNS.index("address")] == "A street, 1"
    assert cells[COLUMNS.index("synthetic")] == "name;due_date"


@pytest.mark.parametrize(
    ("change", "reason", "column"),
    [
        (lambda names: [name for name in names if name != "payoff"], "missing_column", "payoff"),
        (lambda names: [*names[:-1], "synthetics"], "unknown_column", "synthetics"),
        (lambda names: [*names, "limit"], "duplicate_column", "limit"),
    ],
)
def test_a_wrong_header_names_the_column(change: object, reason: str, column: str) -> None:
    """Missing, unknown and repeated columns are told apart."""
    names = change(list(COLUMNS))  # type: ignore[operator]
    refusal = _refusal((",".join(names) + "\nx\n").encode())

    assert (refusal.reason, refusal.detail["column"]) == (reason, column)


@pytest.mark.parametrize("cut", [1, 10, 200])
def test_half_a_file_is_refused_wherever_it_was_cut(cut: int) -> None:
    """A last line without its end may have lost digits: nobody can tell."""
    content = text_of([row(100), row(101)]).encode()

    assert _refusal(content[:-cut]).reason == "half_file"


def test_a_last_line_with_too_few_columns_is_half_a_file() -> None:
    """The line was ended by whatever cut it."""
    content = text_of([row(100), row(101)]).encode()

    assert _refusal(content[:-30] + b"\n").reason == "half_file"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x00\x01\n", "binary"),
        (b"\xff\xfe\xff\xff\n", "encoding"),
        (b"x" * 100_000 + b"\n", "unknown_column"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    """Empty, binary, of another encoding, or something else entirely."""
    assert _refusal(content).reason == reason


def test_a_file_beyond_the_limit_is_refused_before_it_is_read() -> None:
    """The limit is in bytes."""
    refusal = _refusal(text_of([row(100)]).encode(), max_bytes=100)

    assert (refusal.reason, refusal.detail["limit"]) == ("too_large", 100)


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    """A file of one endless line is not one row."""
    content = (",".join(COLUMNS) + "\n").encode() + b"x" * (2 * BLOCK_BYTES) + b"\n"

    assert _refusal(content).reason == "line_too_long"


def test_a_row_that_cannot_be_cut_loses_only_itself() -> None:
    """An open quote never swallows the rows below it."""
    content = text_of([row(100, name='"open'), row(101), {**row(102), "synthetic": "a,b"}, row(103)]).encode()

    assert [(number, problem) for number, problem, _ in _rows(content)] == [
        (2, "quotes"),
        (3, ""),
        (4, "columns"),
        (5, ""),
    ]


def test_empty_lines_are_no_rows_and_keep_their_numbers() -> None:
    """Whoever looks for row 4 finds it where the editor says."""
    header, first, second = text_of([row(100), row(101)]).splitlines()
    content = f"{header}\n{first}\n\n{second}\n\n".encode()

    assert [(number, problem) for number, problem, _ in _rows(content)] == [(2, ""), (4, "")]


def test_a_last_line_that_tells_the_number_of_rows_is_no_row() -> None:
    """As the core writes it and as a spreadsheet saves it; one that cannot be read refuses the file."""
    header, first, second = text_of([row(100), row(101)]).splitlines()
    for last in ("#rows,2", '"#rows","2"\r', "#rows, 2,,,,\n"):
        content = "\n".join([header, first, second, last, ""]).encode()
        assert survey(io.BytesIO(content), max_bytes=LIMIT).rows_told == 2
        assert [number for number, _, _ in _rows(content)] == [2, 3]

    assert survey(io.BytesIO(f"{header}\n{first}\n".encode()), max_bytes=LIMIT).rows_told is None
    assert _refusal("\n".join([header, first, "#rows,two", ""]).encode()).reason == "row_count"


def test_another_number_of_rows_than_anybody_told_refuses_the_file() -> None:
    """Whoever told it; where nobody did, any number will do."""
    check_count(total=2, told=(None, 2))
    with pytest.raises(FileRefusedError) as caught:
        check_count(total=2, told=(None, 3))
    assert caught.value.detail == {"told": 3, "total": 2}


def test_a_file_that_was_cut_after_it_was_looked_over_is_half_a_file() -> None:
    """The rest of a line is never handed on as a row."""
    lines = lines_of(io.BytesIO(b"one\ntwo"), encoding="utf-8")

    assert next(lines) == (1, "one")
    with pytest.raises(FileRefusedError) as caught:
        next(lines)
    assert (caught.value.reason, caught.value.detail["line"]) == ("half_file", 2)


def test_a_header_whose_quotes_do_not_match_names_no_column() -> None:
    """It cannot be cut, so that every column is missing."""
    assert _refusal(b'"customer_no\nx\n').reason == "missing_column"


def test_an_encoding_is_found_out_over_all_blocks() -> None:
    """The first megabyte may be plain and the last line Chinese; a broken sign at the end is no encoding."""
    plain = b"x" * BLOCK_BYTES + b"\n"

    assert survey(io.BytesIO(plain + "陈\n".encode("gb18030")), max_bytes=LIMIT).encoding == "gb18030"
    with pytest.raises(FileRefusedError, match="encoding"):
        survey(io.BytesIO(plain + b"\xff\xff\n"), max_bytes=LIMIT)


class _Endless(io.RawIOBase):
    """A file of many rows that are made as they are read."""

    def __init__(self, rows: int) -> None:
        self._rows, self._rest = rows, b""
        self._lines = self._all()

    def _all(self) -> Iterator[bytes]:
        yield (",".join(COLUMNS) + "\n").encode()
        line = (text_of([row(100)]).split("\n", 1)[1]).encode()
        for _ in range(self._rows):
            yield line

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (line := next(self._lines, b"")):
            self._rest += line
        block, self._rest = self._rest[:size], self._rest[size:]
        return block

    def seek(self, offset: int, whence: int = 0) -> int:
        self._lines, self._rest = self._all(), b""
        return 0


def test_memory_stays_flat_however_long_the_file_is() -> None:
    """Three times as many rows need no more: a block and its lines."""
    peaks = []
    for count in (8_000, 24_000):
        file = _Endless(count)
        tracemalloc.start()
        found = survey(file, max_bytes=LIMIT)  # type: ignore[arg-type]
        file.seek(0)
        assert sum(1 for _ in rows_of(file, survey=found, columns=COLUMNS)) == count  # type: ignore[arg-type]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.2
