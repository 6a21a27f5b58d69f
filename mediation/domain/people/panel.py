"""Which experts a case asks for, each with its reason. Pure: the bank's rule, changed by hand where it does not fit."""

from collections.abc import Collection
from dataclasses import dataclass

from collections_app.domain.holds import HoldKind
from collections_app.domain.terms import TermList
from mediation.domain.people.roles import ExpertRole

SEAT_REASONS = TermList(
    ("large", "金额超过视频办理上限", "The amount is above the limit for video"),
    ("dispute", "纠纷类型涉及复杂法律问题", "The type of dispute is legally complex"),
    ("fees", "贷款费用或利息有争议", "Fees or interest of a loan are disputed"),
    ("vulnerable", "客户处境困难或有特殊情况", "The customer is in hardship or vulnerable"),
    ("language", "调解员不会客户的语言", "The mediator does not speak the customer's language"),
    ("by_hand", "人工增加", "Added by hand"),
)

# Holds that say that a customer is hard pressed or vulnerable.
MARKERS = frozenset(
    {
        HoldKind.HARDSHIP.value,
        HoldKind.ILLNESS.value,
        HoldKind.MENTAL_HEALTH.value,
        HoldKind.RISK_TO_LIFE.value,
        HoldKind.DETAINED.value,
        HoldKind.DISASTER.value,
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """What a panel is proposed from. Amounts in fen; languages are two-letter codes."""

    amount_fen: int
    product: str
    legal_above_fen: int
    holds: frozenset[str]
    fees_disputed: bool
    legally_complex: bool
    language: str
    spoken: Collection[str]


@dataclass(frozen=True, slots=True)
class Need:
    """A role a case asks for, and why."""

    role: ExpertRole
    reason: str


def needs(case: Case) -> list[Need]:
    """Return the experts a case asks for; most ask for none."""
    found = []
    if case.amount_fen > case.legal_above_fen:
        found.append(Need(ExpertRole.LEGAL, "large"))
    elif case.legally_complex:
        found.append(Need(ExpertRole.LEGAL, "dispute"))
    if case.product == "loan" and case.fees_disputed:
        found.append(Need(ExpertRole.FINANCIAL, "fees"))
    if case.holds & MARKERS:
        found.append(Need(ExpertRole.PSYCHOLOGIST, "vulnerable"))
    if case.language not in case.spoken:
        found.append(Need(ExpertRole.INTERPRETER, "language"))
    return found
