"""Arrangements: their states, and what a day makes of unpaid instalments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from collections_app.domain.instalments.early import KEEPINGS, RECALCULABLE
from collections_app.domain.terms import TermList


class ArrangementState(StrEnum):
    PERFORMING = "performing"
    LATE = "late"
    BREACHED = "breached"
    PERFORMED = "performed"
    VARIED = "varied"
    ANNULLED = "annulled"


_S = ArrangementState
TRANSITIONS: dict[ArrangementState, frozenset[ArrangementState]] = {
    _S.PERFORMING: frozenset({_S.LATE, _S.BREACHED, _S.PERFORMED, _S.VARIED, _S.ANNULLED}),
    _S.LATE: frozenset({_S.PERFORMING, _S.BREACHED, _S.PERFORMED, _S.VARIED, _S.ANNULLED}),
    _S.BREACHED: frozenset(),
    # The money that performed it bounced.
    _S.PERFORMED: frozenset({_S.PERFORMING, _S.LATE, _S.BREACHED}),
    # What took its place was annulled: it is in force again as it was.
    _S.VARIED: frozenset({_S.PERFORMING}),
    _S.ANNULLED: frozenset(),
}

IN_FORCE = frozenset({_S.PERFORMING, _S.LATE})
# What was let off with such a plan is owed again.
LAPSED = frozenset({_S.BREACHED, _S.ANNULLED, _S.VARIED})
# Which products each kind of arrangement is for; the others are for all (facts/practice J).
PRODUCTS = {"bill_instalments": "card", "personal_plan": "card", "extension": "loan"}
PERSONAL_PLAN = "personal_plan"
# Both have to be on the record before a personalised plan (card rule Art. 70).
CONDITIONS = TermList(
    ("beyond_ability", "欠款金额超出还款能力", "The amount owed is beyond the customer's means"),
    ("willing", "仍有还款意愿", "The customer still wants to repay"),
)


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment as judged: its number, last day, and what is still unpaid of it in fen."""

    number: int
    due_on: date
    unpaid_fen: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Which kind of arrangement it is, how its lines were made, and what it costs. Interest in fen, by line.

    ``recalculates`` says what stays when more is paid than is due; empty: such money pays the next lines.
    """

    kind: str = ""
    method: str = ""
    annual_percent: Decimal = Decimal(0)
    cost_percent: Decimal | None = None
    interest: Sequence[int] = ()
    conditions: Sequence[str] = ()
    recalculates: str = ""

    @property
    def interest_fen(self) -> int:
        """The interest of all lines."""
        return sum(self.interest)


def cost_problem(cost: Cost, *, amounts: Sequence[int], product: str, overdue_fen: int) -> str:
    """Return the code of what is wrong with the kind or the interest of a plan, or an empty text."""
    if PRODUCTS.get(cost.kind, product) != product:
        return "plan_kind_of_other_product"
    if cost.kind == "bill_instalments" and overdue_fen > 0:
        return "plan_bill_is_overdue"
    if cost.kind == PERSONAL_PLAN and set(CONDITIONS) - set(cost.conditions):
        return "plan_conditions_missing"
    if cost.interest and len(cost.interest) != len(amounts):
        return "plan_amounts_missing"
    if cost.recalculates and (cost.recalculates not in KEEPINGS or cost.method not in RECALCULABLE):
        return "plan_recalculation"
    if any(not 0 <= fen <= amount for fen, amount in zip(cost.interest, amounts, strict=False)):
        return "plan_amounts_missing"
    return ""


def state_on(*, instalments: list[Due], today: date, grace_days: int, tolerance_fen: int = 0) -> ArrangementState:
    """Return what the plan is on a day: performed, performing, late within grace, or breached.

    An instalment is due by 24:00 of its day; it is late the day after, and a breach once the days of grace
    have passed (facts/rules I-13: a term of the agreement). What is short by no more than the tolerance is not late;
    after the last day it is let be.
    """
    short_fen = sum(item.unpaid_fen for item in instalments)
    if not short_fen:
        return ArrangementState.PERFORMED
    unpaid = [item for item in instalments if item.unpaid_fen > tolerance_fen]
    if not unpaid:
        over = short_fen <= tolerance_fen and today > max(item.due_on for item in instalments)
        return ArrangementState.PERFORMED if over else ArrangementState.PERFORMING
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
