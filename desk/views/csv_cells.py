"""Cells of a file for a spreadsheet."""

from typing import Any

from collections_app.domain.typed import plain

# A cell that begins with one of these is a formula to a spreadsheet, full-width ones and behind unseen signs included.
_FORMULA_SIGNS = ("=", "+", "-", "@")


def cell(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and plain(value).startswith(_FORMULA_SIGNS):
        return f"'{value}"
    return value
