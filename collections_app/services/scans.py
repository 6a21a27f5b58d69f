"""How many pages a scan has, told by opening it: a document that cannot be opened is none."""

from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from collections_app.domain.papers import HEAD_BYTES, PDF, kind_of
from collections_app.services.errors import RefusedError

_FILE = "scan.pdf"


def pages_of(body: bytes, *, most: int) -> int:
    """Return the number of pages of a PDF; any photograph is one.

    Raise RefusedError for a PDF that cannot be opened, or has more pages than ``most``. A few hundred milliseconds:
    asked outside any transaction.
    """
    if kind_of(body[:HEAD_BYTES]) is not PDF:
        return 1
    with TemporaryDirectory() as folder:
        (Path(folder) / _FILE).write_bytes(body)
        if not _has_page(folder, 1):
            raise RefusedError("scan_unreadable")
        if _has_page(folder, most + 1):
            raise RefusedError("scan_too_long", most=most)
        low, high = 1, most
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if _has_page(folder, middle) else (low, middle - 1)
        return low


def _has_page(folder: str, number: int) -> bool:
    """Return whether a document has a page of this number: it is set into an empty one."""
    source = f'#set page(width: 8pt, height: 8pt, margin: 0pt)\n#image("{_FILE}", page: {number}, width: 1pt)'
    main = Path(folder) / "main.typ"
    main.write_text(source, encoding="utf-8")
    try:
        typst.compile(main, root=Path(folder), ignore_system_fonts=True, format="svg")
    except typst.TypstError:
        return False
    return True
