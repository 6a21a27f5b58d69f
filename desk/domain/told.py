"""Whether what a customer was last told still holds, medium by medium."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a customer was told about an account: an amount (fen) by its name, and for when."""

    account_id: int
    medium: str
    name: str
    fen: int
    pay_by: date | None
    valid_until: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of an account now, in fen.

    Its amounts by name; what is promised or agreed as (day, fen), whole and unpaid sums alike; and the unpaid
    instalments of a loan's own schedule, which are due without any agreement.
    """

    amounts: Mapping[str, int]
    dated: Sequence[tuple[date, int]]
    scheduled: Sequence[tuple[date, int]] = ()


def dated_sums(parts: Sequence[tuple[date, int]], unpaid: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return every (day, fen) by which an agreement may truly be told: its parts, what is left of them, and the
    rest in one sum by the last day.
    """
    whole, left = sorted(parts), sorted(unpaid)
    sums = [*whole, *left]
    if whole:
        sums.append((whole[-1][0], sum(fen for _, fen in whole[1:])))
    running = 0
    for day, fen in left:
        running += fen
        sums.append((day, running))
    return sums


def holds(statement: Statement, truth: Truth | None, *, today: date) -> bool:
    """Return whether a statement still holds.

    A dated sum holds while that day and sum are promised, agreed or scheduled. An amount holds while it is the
    amount of that name, or until the day it was said to be valid to (accrual is no contradiction); while
    something else is promised or agreed on the account, a demand for the whole no longer does.
    """
    if truth is None:
        return False
    if statement.name in {"promised", "instalment"}:
        return (statement.pay_by, statement.fen) in {*truth.dated, *truth.scheduled}
    if truth.dated:
        return False
    if statement.valid_until is not None and today <= statement.valid_until:
        return True
    return truth.amounts.get(statement.name) == statement.fen


def verdict(statements: Iterable[Statement], truths: Mapping[int, Truth], *, today: date) -> str:
    """Return what is wrong with what was told: ``""``, ``written_stale``, ``spoken_stale`` or ``all_stale``.

    Only the newest word of each medium counts; statements of one moment belong together.
    """
    newest: dict[str, list[Statement]] = {}
    for item in sorted(statements, key=lambda item: item.at, reverse=True):
        medium = "spoken" if item.medium == "spoken" else "written"
        rows = newest.setdefault(medium, [])
        if not rows or rows[0].at == item.at:
            rows.append(item)
    stale = {
        medium
        for medium, rows in newest.items()
        if not all(holds(item, truths.get(item.account_id), today=today) for item in rows)
    }
    if not stale:
        return ""
    if stale == set(newest):
        return "all_stale" if len(newest) > 1 else f"{next(iter(stale))}_stale"
    return f"{next(iter(stale))}_stale"
