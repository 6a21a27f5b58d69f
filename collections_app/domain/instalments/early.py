"""What becomes of a schedule when more is paid than is due: the rest is counted anew, by what was agreed.

Money pays every line that is due and the one that runs. What is beyond is principal paid early: it leaves the debt on
its day, the interest it would have borne until the line that runs is not owed (Civil Code 677), and the lines after it
are made anew. Either the term stays and each line is smaller, or the instalment stays and there are fewer lines. The
schedule is always made from the one agreed and all payments, so money that bounces undoes what it had changed.
Amounts in fen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from collections_app.domain.instalments.schedules import (
    ImpossibleError,
    Line,
    Method,
    Wish,
    schedule,
    whole,
)
from collections_app.domain.instalments.settling import Owed, payoff
from collections_app.domain.terms import TermList

Window = tuple[date, date]


class Keeping(StrEnum):
    """What stays as it was when part of the principal is paid early."""

    TERM = "term"
    INSTALMENT = "instalment"


KEEPINGS = TermList(
    ("term", "期限不变，每期减少", "The term stays, each instalment is smaller"),
    ("instalment", "每期不变，提前还清", "The instalment stays, the plan ends sooner"),
)
# Of these what is left makes a schedule of the same way; a balloon or rising lines are agreed anew by people.
RECALCULABLE = frozenset({Method.INTEREST_FREE, Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL})

SCHEDULE_REASONS = TermList(
    ("agreed", "签约时", "As agreed"),
    ("early", "提前还款后重算", "Recalculated after early money"),
    ("taken_back", "款项退回后重算", "Recalculated after money went back"),
    ("restored", "恢复此前的计划表", "The schedule before put back"),
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A plan as it was agreed: its lines, how they are counted, and what happens to money that comes early.

    ``since`` is the day it was agreed. Beyond a line by no more than ``tolerance_fen``, money goes to the next line.
    """

    lines: Sequence[Owed]
    method: Method
    annual_percent: Decimal
    keeping: Keeping
    since: date
    tolerance_fen: int = 0


@dataclass(frozen=True, slots=True)
class Replay:
    """What holds after all payments: the lines, principal that left early, money left to the lines, days of change.

    ``paid_off_on`` is the day on which money paid all of it off, by the lines of that day.
    """

    lines: list[Owed]
    early_fen: int = 0
    left: list[tuple[date, int]] = field(default_factory=list)
    changed_on: list[date] = field(default_factory=list)
    paid_off_on: date | None = None


def replayed(agreement: Agreement, *, payments: Sequence[tuple[date, int]], undone: Sequence[Window] = ()) -> Replay:
    """Return the schedule after payments of (day, fen), in any order.

    Money of the days in ``undone`` (first and last day) fills the lines in their order and changes none. What is left
    to the lines of a payment is below nought where interest it paid before is not owed any more.
    """
    now, paid_fen = Replay(list(agreement.lines)), 0
    for day, fen in sorted(payments):
        paid_fen += fen
        before = now.early_fen
        to_lines = paid_fen - before
        if now.paid_off_on is None and not payoff(lines=now.lines, on=day, since=agreement.since, paid_fen=to_lines):
            now = replace(now, paid_off_on=day)
        if now.paid_off_on is None and not any(first <= day <= last for first, last in undone):
            now = _after(agreement, now, day, (fen, to_lines))
        now.left.append((day, fen - (now.early_fen - before)))
    return now


def _after(agreement: Agreement, now: Replay, day: date, money: tuple[int, int]) -> Replay:
    """Return the schedule after a payment, given with all that has come to the lines with it."""
    paid_fen, to_lines = money
    run = next((place for place, line in enumerate(now.lines, start=1) if line.due_on >= day), len(now.lines))
    kept, rest = now.lines[:run], now.lines[run:]
    beyond = min(paid_fen, to_lines - sum(line.total_fen for line in kept))
    if beyond <= agreement.tolerance_fen or not rest:
        return now
    relieved = min(_not_borne(agreement, kept, day, beyond), kept[-1].interest_fen)
    early_fen = beyond + relieved
    owed = sum(line.principal_fen for line in rest) - early_fen
    if owed <= 0:
        return now
    kept[-1] = replace(kept[-1], interest_fen=kept[-1].interest_fen - relieved)
    made = _remaining(agreement, owed_fen=owed, old=rest)
    lines = [Owed(old.due_on, line.principal_fen, line.interest_fen) for old, line in zip(rest, made, strict=False)]
    return Replay(kept + lines, now.early_fen + early_fen, now.left, [*now.changed_on, day])


def _not_borne(agreement: Agreement, kept: Sequence[Owed], day: date, fen: int) -> int:
    """Return the interest that principal paid on a day would have borne until the line that runs is due."""
    due = kept[-1].due_on
    begins = kept[-2].due_on if len(kept) > 1 else agreement.since
    share = Decimal((due - max(day, begins)).days) / max((due - begins).days, 1)
    return whole(fen * agreement.annual_percent / 1200 * share)


def _remaining(agreement: Agreement, *, owed_fen: int, old: Sequence[Owed]) -> list[Line]:
    """Return the lines that remain: as many as there were, or as few as do not exceed what they were."""
    most = max(line.total_fen for line in old)
    keeps_term = agreement.keeping == Keeping.TERM
    numbers = range(len(old), 0, -1) if keeps_term else range(1, len(old) + 1)
    found: list[Line] = []
    for number in numbers:
        try:
            found = schedule(Wish(agreement.method, owed_fen, number, agreement.annual_percent))
        except ImpossibleError:
            # So many lines would be too small: of fewer.
            continue
        if keeps_term or max(line.total_fen for line in found) <= most:
            break
    return found or [Line(1, owed_fen, whole(owed_fen * agreement.annual_percent / 1200))]
