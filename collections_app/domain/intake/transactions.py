"""One row of the second file: something a customer did with an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from collections_app.domain.intake.row import Problem
from collections_app.domain.money import NotMoneyError, fen_of
from collections_app.domain.typed import day_of

_KINDS = frozenset({"purchase", "payment"})
_LONGEST_CHANNEL = 12


@dataclass(frozen=True, slots=True)
class TransactionData:
    """A purchase or payment on an account, in fen."""

    account_no: str
    on: date
    kind: str
    channel: str
    amount_fen: int
    synthetic: bool


def read_transaction(cells: Sequence[str], *, as_of: date) -> TransactionData | Problem:
    """Return a row's transaction, or the first thing wrong with it. Cells stand as TRANSACTION_COLUMNS."""
    account_no, on, kind, channel, amount, synthetic = cells
    if not account_no:
        return Problem("account_no", "missing")
    try:
        day = day_of(on)
    except ValueError:
        return Problem("on", "impossible_date", on)
    if day > as_of:
        return Problem("on", "impossible_date", on)
    if kind not in _KINDS:
        return Problem("kind", "bad_code", kind)
    if len(channel) > _LONGEST_CHANNEL:
        return Problem("channel", "too_long", channel)
    try:
        fen = fen_of(amount)
    except NotMoneyError:
        return Problem("amount", "bad_number", amount)
    if fen < 0:
        return Problem("amount", "negative", amount)
    return TransactionData(account_no, day, kind, channel, fen, synthetic not in {"", "0", "false"})
