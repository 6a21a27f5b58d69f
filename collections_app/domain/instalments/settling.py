"""What money that comes before its day changes: interest is owed for the time the money was had (Civil Code 677).

Money fills the instalments, the oldest first. Once what has come in pays all principal and the interest run up to that
day, the plan is paid: the interest of the days that do not come is not owed. Amounts in fen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from collections_app.domain.instalments.schedules import whole


@dataclass(frozen=True, slots=True)
class Owed:
    """One line of a plan in force."""

    due_on: date
    principal_fen: int
    interest_fen: int

    @property
    def total_fen(self) -> int:
        """What is due with it."""
        return self.principal_fen + self.interest_fen


def relief(*, lines: Sequence[Owed], on: date, since: date) -> list[int]:
    """Return how much interest of each line is not owed when all is paid on a day; the plan began on ``since``."""
    begins = [since, *(line.due_on for line in lines[:-1])]
    return [_not_run_up(line, begin, on) for line, begin in zip(lines, begins, strict=True)]


def payoff(*, lines: Sequence[Owed], on: date, since: date, paid_fen: int) -> int:
    """Return what pays the whole plan off on a day, after what has been paid."""
    whole_fen = sum(line.total_fen for line in lines) - sum(relief(lines=lines, on=on, since=since))
    return max(whole_fen - paid_fen, 0)


def relieved_by(*, lines: Sequence[Owed], since: date, payments: Sequence[tuple[date, int]]) -> list[int]:
    """Return how much interest of each line is not owed after payments of (day, fen), in any order.

    Nothing, until they pay the plan off on one of their days.
    """
    paid_fen = 0
    for day, fen in sorted(payments):
        paid_fen += fen
        if payoff(lines=lines, on=day, since=since, paid_fen=paid_fen) == 0:
            return relief(lines=lines, on=day, since=since)
    return [0] * len(lines)


def _not_run_up(line: Owed, begin: date, on: date) -> int:
    if on >= line.due_on:
        return 0
    if on <= begin:
        return line.interest_fen
    share = Decimal((on - begin).days) / (line.due_on - begin).days
    return line.interest_fen - whole(line.interest_fen * share)
