"""Whether one thing a customer was told still stands, against what is true of the account now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from collections_app.domain.told.sayings import Saying

# What interest can add in a day, in ten-thousandths: within its validity a word lags behind by so much and no more.
_ACCRUAL_A_DAY = 10
# What is promised, agreed or scheduled: told with its day.
DATED_NAMES = frozenset({"promised", "instalment"})
# As many instalments of a plan as one says at once.
PARTS_SAID = 4


class Standing(StrEnum):
    """A statement stands, no longer does, or its day has passed and it says nothing any more."""

    HOLDS = "holds"
    WRONG = "wrong"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a customer was told about an account: an amount (fen) by its name, and for when.

    ``told_on`` is the customer's own date when it was told.
    """

    id: int
    account_id: int
    medium: str
    name: str
    fen: int
    pay_by: date | None
    valid_until: date | None
    at: datetime
    told_on: date

    @property
    def until(self) -> date:
        """The last day it speaks of: the one it names, else the day it was told."""
        return self.pay_by or self.valid_until or self.told_on


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of an account now, in fen.

    Its amounts by name; ``dated`` are the (day, fen) by which what is promised or agreed may truly be told, whole
    and unpaid alike, and ``unpaid`` what is left of it; ``scheduled`` are the unpaid instalments of a loan's own
    schedule, which are due without any agreement.
    """

    amounts: Mapping[str, int]
    dated: Sequence[tuple[date, int]] = ()
    unpaid: Sequence[tuple[date, int]] = ()
    scheduled: Sequence[tuple[date, int]] = ()
    is_plan: bool = False
    due_on: date | None = None
    account_id: int = field(default=0, compare=False)


def dated_sums(parts: Sequence[tuple[date, int]], unpaid: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return every (day, fen) by which an agreement may truly be told: its parts, what is left of them, and the
    rest in one sum by the last day.
    """
    whole, left = sorted(parts), sorted(unpaid)
    sums = [*whole, *left]
    sums += [(lines[-1][0], sum(fen for _, fen in lines[1:])) for lines in (whole, left) if len(lines) > 1]
    running = 0
    for day, fen in left:
        running += fen
        sums.append((day, running))
    return sums


def standing(statement: Statement, truth: Truth | None, *, today: date) -> Standing:
    """Return whether a statement stands on a day of the customer's.

    A dated sum stands while that day and sum are promised, agreed or scheduled. An amount stands while it is the
    amount of that name; until the day it was valid to, interest may have added to it. While something is promised
    or agreed on the account, a demand for all that is overdue does not stand. What no longer is so is wrong until
    its day has passed, and says nothing after that.
    """
    if truth is not None and _is_true(statement, truth, today):
        return Standing.HOLDS
    return Standing.EXPIRED if today > statement.until else Standing.WRONG


def _is_true(statement: Statement, truth: Truth, today: date) -> bool:
    if statement.name in DATED_NAMES:
        return (statement.pay_by, statement.fen) in {*truth.dated, *truth.scheduled}
    if statement.name == "overdue" and statement.fen and truth.unpaid:
        return False
    amount = truth.amounts.get(statement.name)
    if amount is None or amount == statement.fen:
        return amount is not None
    days = (today - statement.told_on).days + 1
    grown = statement.fen * _ACCRUAL_A_DAY * days // 10_000
    return today <= statement.until and statement.fen < amount <= statement.fen + grown


def to_say(truth: Truth) -> list[Saying]:
    """Return what is to be said of an account now: what was agreed, else what is overdue, else what comes next."""
    account = truth.account_id
    if truth.unpaid:
        name = "instalment" if truth.is_plan else "promised"
        parts = sorted(truth.unpaid)[: PARTS_SAID if truth.is_plan else None]
        return [Saying(account, name, fen, pay_by=day) for day, fen in parts]
    overdue = truth.amounts.get("overdue", 0)
    if not overdue and truth.scheduled:
        day, fen = min(truth.scheduled)
        return [Saying(account, "instalment", fen, pay_by=day)]
    if not overdue and truth.due_on is not None and truth.amounts.get("billed"):
        billed = [Saying(account, "billed", truth.amounts["billed"], pay_by=truth.due_on)]
        least = truth.amounts.get("minimum_due", 0)
        return billed + ([Saying(account, "minimum_due", least, pay_by=truth.due_on)] if least else [])
    return [Saying(account, "overdue", overdue)]
