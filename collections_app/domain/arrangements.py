"""Arrangements: their states, and what a day makes of unpaid instalments."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ArrangementState(StrEnum):
    PERFORMING = "performing"
    LATE = "late"
    BREACHED = "breached"
    PERFORMED = "performed"
    VARIED = "varied"


_S = ArrangementState
TRANSITIONS: dict[ArrangementState, frozenset[ArrangementState]] = {
    _S.PERFORMING: frozenset({_S.LATE, _S.BREACHED, _S.PERFORMED, _S.VARIED}),
    _S.LATE: frozenset({_S.PERFORMING, _S.BREACHED, _S.PERFORMED, _S.VARIED}),
    _S.BREACHED: frozenset(),
    # The money that performed it bounced.
    _S.PERFORMED: frozenset({_S.PERFORMING, _S.LATE, _S.BREACHED}),
    _S.VARIED: frozenset(),
}

IN_FORCE = frozenset({_S.PERFORMING, _S.LATE})


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment as judged: its number, last day, and what is still unpaid of it in fen."""

    number: int
    due_on: date
    unpaid_fen: int


def state_on(*, instalments: list[Due], today: date, grace_days: int) -> ArrangementState:
    """Return what the plan is on a day: performed, performing, late within grace, or breached.

    An instalment is due by 24:00 of its day; it is late the day after, and a breach once the days of grace
    have passed (facts/rules I-13: a term of the agreement).
    """
    unpaid = [item for item in instalments if item.unpaid_fen > 0]
    if not unpaid:
        return ArrangementState.PERFORMED
    first = min(unpaid, key=lambda item: item.due_on)
    if today > first.due_on + timedelta(days=grace_days):
        return ArrangementState.BREACHED
    if today > first.due_on:
        return ArrangementState.LATE
    return ArrangementState.PERFORMING


def allocate(*, instalments: list[Due], paid_fen: int) -> list[int]:
    """Return how many fen of a payment go to each instalment, the oldest first; what is left is not in the sum."""
    shares = []
    left = paid_fen
    for item in instalments:
        share = min(left, item.unpaid_fen)
        shares.append(share)
        left -= share
    return shares
