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
    """What is true of an account now: its amounts by name, and what is promised or agreed as (day, fen)."""

    amounts: Mapping[str, int]
    dated: Sequence[tuple[date, int]]


def holds(statement: Statement, truth: Truth | None, *, today: date) -> bool:
    """Return whether a statement still holds.

    A dated sum holds while that day and sum are promised or agreed. An amount holds while it is the amount of
    that name, or until the day it was said to be valid to (accrual is no contradiction); while something else is
    promised or agreed on the account, a demand for the whole no longer does.
    """
    if truth is None:
        return False
    if statement.name in {"promised", "instalment"}:
        return (statement.pay_by, statement.fen) in truth.dated
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
