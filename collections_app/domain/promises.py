"""Promises to pay: states, the bank's limits, and how a promise is judged after posting (table C)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PromiseState(StrEnum):
    ACTIVE = "active"
    DUE = "due"
    AWAITING_POSTING = "awaiting_posting"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    REDATED = "redated"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    VOID_REVERSED = "void_reversed"


PENDING = frozenset({PromiseState.ACTIVE, PromiseState.DUE, PromiseState.AWAITING_POSTING})

_S = PromiseState
TRANSITIONS: dict[PromiseState, frozenset[PromiseState]] = {
    _S.ACTIVE: frozenset({_S.DUE, _S.AWAITING_POSTING, _S.KEPT, _S.REDATED, _S.SUPERSEDED, _S.WITHDRAWN}),
    _S.DUE: frozenset({_S.AWAITING_POSTING, _S.KEPT, _S.REDATED, _S.SUPERSEDED, _S.WITHDRAWN}),
    _S.AWAITING_POSTING: frozenset(
        {_S.KEPT, _S.KEPT_LATE, _S.PARTLY_KEPT, _S.BROKEN, _S.REDATED, _S.SUPERSEDED, _S.WITHDRAWN}
    ),
    _S.KEPT: frozenset({_S.VOID_REVERSED}),
    _S.KEPT_LATE: frozenset({_S.VOID_REVERSED}),
    _S.PARTLY_KEPT: frozenset({_S.VOID_REVERSED}),
    _S.BROKEN: frozenset(),
    _S.REDATED: frozenset(),
    _S.SUPERSEDED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.VOID_REVERSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be promised now: smallest total in fen, the last day, most parts and most re-dates."""

    smallest_fen: int
    last_day: date
    most_parts: int
    most_redates: int
    tolerance_fen: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a promise: so many fen by the end of that day."""

    due_on: date
    amount_fen: int


def limits(
    *,
    today: date,
    overdue_fen: int,
    minimum_due_fen: int,
    smallest_percent: int,
    longest_days: int,
    most_parts: int,
    most_redates: int,
    tolerance_fen: int,
) -> Limits:
    """Return the limits of a promise on an account that owes so much today.

    The smallest total is the larger of the minimum still due and a share of the overdue amount. A minimum that
    exceeds what is overdue (a loan whose next instalment is billed already) asks for more than the promise is
    about, and is left out.
    """
    share = -(-overdue_fen * smallest_percent // 100)
    smallest = max(minimum_due_fen, share) if minimum_due_fen <= overdue_fen else share
    return Limits(smallest, today + timedelta(days=longest_days), most_parts, most_redates, tolerance_fen)


def problems(parts: list[Part], limit: Limits, *, today: date, overdue_fen: int, redates: int) -> list[str]:
    """Return the codes of everything wrong with a promise; an empty list means it may be taken."""
    found = []
    if not parts:
        return ["no_parts"]
    if len(parts) > limit.most_parts:
        found.append("too_many_parts")
    if any(part.amount_fen <= 0 for part in parts):
        found.append("amount_not_positive")
    days = [part.due_on for part in parts]
    if days != sorted(set(days)):
        found.append("dates_not_rising")
    if min(days) < today:
        found.append("date_in_the_past")
    if max(days) > limit.last_day:
        found.append("date_too_late")
    total = sum(part.amount_fen for part in parts)
    if total < limit.smallest_fen:
        found.append("amount_too_small")
    if total > overdue_fen:
        found.append("amount_above_overdue")
    if redates > limit.most_redates:
        found.append("too_many_redates")
    return found


def judge(*, promised_fen: int, paid_in_time_fen: int, paid_late_fen: int, tolerance_fen: int) -> PromiseState:
    """Return how a promise ends once postings up to its last day are known."""
    if paid_in_time_fen + tolerance_fen >= promised_fen:
        return PromiseState.KEPT
    if paid_in_time_fen + paid_late_fen + tolerance_fen >= promised_fen:
        return PromiseState.KEPT_LATE
    if paid_in_time_fen + paid_late_fen > 0:
        return PromiseState.PARTLY_KEPT
    return PromiseState.BROKEN


def state_on(*, last_day: date, today: date) -> PromiseState:
    """Return the state of a promise not yet judged: a day ends at 24:00."""
    if today < last_day:
        return PromiseState.ACTIVE
    if today == last_day:
        return PromiseState.DUE
    return PromiseState.AWAITING_POSTING
