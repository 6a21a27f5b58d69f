"""A loan's schedule in one cell of the nightly file: ``n|due|principal|interest|paid`` joined by semicolons."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from collections_app.domain.money import NotMoneyError, fen_of, yuan_text
from collections_app.domain.typed import day_of, number_of

_PARTS = 5
_MOST_LINES = 600
_HIGHEST_NUMBER = 9999


class BadScheduleError(ValueError):
    """The cell is no schedule."""


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One instalment: its number, last day, and principal, interest and what is paid of both, in fen."""

    number: int
    due_on: date
    principal_fen: int
    interest_fen: int
    paid_fen: int


def schedule_of(text: str) -> list[ScheduleLine]:
    """Return the instalments in a cell; an empty cell has none.

    Raise BadScheduleError when it cannot be read, numbers or dates do not rise, or more is paid than due.
    """
    if not text:
        return []
    lines = [_line(part) for part in text.split(";")]
    if len(lines) > _MOST_LINES:
        raise BadScheduleError("too many instalments")
    for before, after in pairwise(lines):
        if after.number <= before.number or after.due_on <= before.due_on:
            raise BadScheduleError("numbers and dates must rise")
    return lines


def _line(text: str) -> ScheduleLine:
    parts = text.split("|")
    if len(parts) != _PARTS:
        raise BadScheduleError(text)
    try:
        line = ScheduleLine(
            number_of(parts[0]) or 0, day_of(parts[1]), fen_of(parts[2]), fen_of(parts[3]), fen_of(parts[4])
        )
    except (ValueError, NotMoneyError) as error:
        raise BadScheduleError(text) from error
    if not 1 <= line.number <= _HIGHEST_NUMBER or min(line.principal_fen, line.interest_fen, line.paid_fen) < 0:
        raise BadScheduleError(text)
    if line.paid_fen > line.principal_fen + line.interest_fen:
        raise BadScheduleError(text)
    return line


def schedule_text(lines: list[ScheduleLine]) -> str:
    """Return instalments as the cell that is read back into them."""
    return ";".join(
        "|".join(
            (
                str(line.number),
                line.due_on.isoformat(),
                yuan_text(line.principal_fen, grouped=False),
                yuan_text(line.interest_fen, grouped=False),
                yuan_text(line.paid_fen, grouped=False),
            )
        )
        for line in lines
    )
