"""What people and other systems typed: numbers, amounts and texts, read with patience and no surprise."""

import re
import unicodedata
from datetime import date

# A bigint has 19 digits; what is longer names nothing.
_MOST_DIGITS = 18
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Control signs, and those without a shape of their own that join, break or turn round what stands beside them.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# What turns the rest of a line round or moves the cursor: it would show a text that was not written.
_MISLEADING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile("[\t\n\x0b\x0c\r\u2028\u2029]+")


def number_of(text: str) -> int | None:
    """Return the whole number written in plain digits, or None when there is none, or none that a row could have.

    Unicode knows digits that int() does not read (``²``), and int() refuses thousands of them: neither is an error
    of the program's.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def day_of(text: str) -> date:
    """Return the day written as YYYY-MM-DD. Raise ValueError for no such day, and for any other form of date.

    ``date.fromisoformat`` also reads 20261120 and week dates, which no format of a file allows.
    """
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def visible(text: str) -> str:
    """Return a text of one line without what nobody sees; tabs and line breaks in it become spaces."""
    return text if text.isprintable() else _SPACES.sub(" ", _INVISIBLE.sub("", text))


def harmless(text: str) -> str:
    """Return a text of any length without the signs that would show it as another one: direction and control signs.

    Line breaks stay, and so do the joiners that names and pictures are written with.
    """
    return _MISLEADING.sub("", text)


def plain(text: str) -> str:
    """Return what was typed or pasted as its plain form: half-width, without what nobody sees, without outer spaces."""
    return visible(unicodedata.normalize("NFKC", text)).strip()
