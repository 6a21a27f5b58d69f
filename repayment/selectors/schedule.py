"""How a loan's schedule stands: instalments paid, due and overdue, and still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from collections_app.models import Instalment


@dataclass(frozen=True, slots=True)
class Tally:
    """How many instalments are paid, overdue and still to come."""

    paid: int
    overdue: int
    coming: int


def tally(schedule: Sequence[Instalment], *, today: date) -> Tally:
    """Return how many instalments of a schedule stand how, by the core's books. One due today is still to come."""
    left = [line for line in schedule if line.paid_fen < line.principal_fen + line.interest_fen]
    overdue = sum(1 for line in left if line.due_on < today)
    return Tally(len(schedule) - len(left), overdue, len(left) - overdue)
