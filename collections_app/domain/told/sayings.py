"""What was told of money: one amount of one account, under its name, and for when."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Saying:
    """One amount (fen) told of an account by its name: to be paid by a day, or valid until one, if either was said."""

    account_id: int
    name: str
    fen: int
    pay_by: date | None = None
    valid_until: date | None = None
