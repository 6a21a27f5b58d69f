"""Authority: how much of a debt a person may let off or put off without asking (practice.md 1, row 11).

By component, share and amount, for one decision, in a calendar month, and for one customer in all. Amounts in fen.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from collections_app.domain.terms import TermList

# Putting a debt off in instalments is authorised like a component of its own.
PLAN = "plan"
# Let off by head office alone, and only when the account is settled with it.
PRINCIPAL = "principal"
# No plan runs longer, whoever agrees (card rule Art. 70).
LONGEST_MONTHS = 60
# Which column of the core's balance a component is part of.
COLUMNS = {
    "late_fee": "fees_fen",
    "instalment_fee": "fees_fen",
    "annual_fee": "fees_fen",
    "legal_costs": "fees_fen",
    "penalty": "interest_fen",
    "interest": "interest_fen",
    PRINCIPAL: "principal_fen",
}


class Limit(StrEnum):
    NONE = "none"
    SHARE = "share"
    AT_ONCE = "at_once"
    MONTH = "month"
    CUSTOMER = "customer"
    MONTHS = "months"
    HEAD_OFFICE = "head_office"
    BRANCH = "branch"


LIMITS = TermList(
    ("none", "无此项权限", "No authority over this"),
    ("share", "超过比例", "Above the share"),
    ("at_once", "超过单笔限额", "Above the amount at once"),
    ("month", "超过当月累计", "Above the sum of the month"),
    ("customer", "超过该客户累计", "Above the sum for one customer"),
    ("months", "超过期限", "Too many months"),
    ("head_office", "仅限总行", "Head office only"),
    ("branch", "超过该机构当月累计", "Above the branch's sum of the month"),
)


@dataclass(frozen=True, slots=True)
class Power:
    """What a role may do with one component, as the bank has it now."""

    most_percent: int
    most_fen: int
    most_month_fen: int
    most_customer_fen: int
    most_months: int | None = None
    head_office_only: bool = False
    most_branch_month_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for of one component: how much of how much, and what was granted before.

    ``month_fen`` is what the person who decides has granted of it in this calendar month, ``customer_fen`` what this
    customer has been granted of it by anybody; ``branch_fen`` is what everybody granted customers of its branch in this
    month.
    """

    component: str
    amount_fen: int
    owed_fen: int
    month_fen: int
    customer_fen: int
    at_head_office: bool
    months: int = 0
    branch_fen: int = 0


def beyond(wish: Wish, power: Power | None) -> list[Limit]:
    """Return every limit of somebody's power that a wish goes beyond; none means they may grant it."""
    if power is None:
        return [Limit.NONE]
    checks = (
        (Limit.SHARE, wish.amount_fen * 100 > power.most_percent * wish.owed_fen),
        (Limit.AT_ONCE, wish.amount_fen > power.most_fen),
        (Limit.MONTH, wish.month_fen + wish.amount_fen > power.most_month_fen),
        (Limit.CUSTOMER, wish.customer_fen + wish.amount_fen > power.most_customer_fen),
        (Limit.MONTHS, power.most_months is not None and wish.months > power.most_months),
        (
            Limit.BRANCH,
            power.most_branch_month_fen is not None and wish.branch_fen + wish.amount_fen > power.most_branch_month_fen,
        ),
        (
            Limit.HEAD_OFFICE,
            (power.head_office_only or wish.component == PRINCIPAL) and not wish.at_head_office,
        ),
    )
    return [limit for limit, exceeded in checks if exceeded]


def share_of(*, owed_fen: int, percent: Decimal) -> int:
    """Return so many per cent of what is owed of a component, in fen, rounded half up."""
    return int((owed_fen * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def waiver_problem(*, component: str, amount_fen: int, owed_fen: int, settlement: bool) -> str:
    """Return the code of what nobody may grant in a waiver of one component, or an empty text."""
    if component not in COLUMNS:
        return "waiver_component_unknown"
    if amount_fen <= 0:
        return "waiver_not_positive"
    if component == PRINCIPAL and not settlement:
        return "waiver_principal_at_settlement"
    if amount_fen > owed_fen:
        return "waiver_above_owed"
    return ""
