"""Money in fen: parsing what people and files write, and showing it in full."""

import re
from decimal import Decimal

from collections_app.domain.typed import plain

_MOST_DIGITS = 13
_DECIMALS = 2
# Commas part thousands and nothing else: ``3,50`` is a slip or another country's 3.50, and must not become 350.
_YUAN = re.compile(r"-?([0-9]{1,13}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,2})?")


class NotMoneyError(ValueError):
    """The text is not an amount in yuan with at most two decimals."""


def fen_of(text: str) -> int:
    """Return the fen of an amount in yuan such as ``3913.00``, ``3,913`` or ``３，９１３`` (Chinese keyboards).

    Raise NotMoneyError when the text is no such amount.
    """
    whole, _, cents = text.partition(".")
    # What files hold a million times, without the machinery for what people type.
    digits = text.isascii() and whole.isdecimal() and cents.isdecimal()
    if digits and len(whole) <= _MOST_DIGITS and len(cents) == _DECIMALS:
        return int(whole + cents)
    written = plain(text).replace("\u3002", ".")
    if not _YUAN.fullmatch(written):
        raise NotMoneyError(text)
    return int(Decimal(written.replace(",", "")) * 100)


def yuan_text(fen: int, *, grouped: bool = True) -> str:
    """Return an amount in yuan with two decimals, never abbreviated: 391300 is ``3,913.00``."""
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{cents:02d}" if grouped else f"{sign}{whole}.{cents:02d}"
