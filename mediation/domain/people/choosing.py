"""How the parties choose, accept or refuse a mediator.

Rules of online mediation, article 10 (verified): jointly, within two working days; else one is appointed. Which days
these are says the clock ``choice`` (domain/clocks).
"""

from collections.abc import Mapping

from collections_app.domain.terms import TermList
from mediation.domain.sides import SIDES

STOOD_DOWN_BY = TermList(
    ("mediator", "调解员自行回避", "The mediator"),
    ("customer", "客户不接受", "The customer"),
    ("bank", "本行不接受", "The bank"),
    ("supervisor", "主管更换", "A supervisor"),
)

# So many refusals each party has without giving a reason.
FREE_REFUSALS = 1


def chosen(choices: Mapping[str, int]) -> int | None:
    """Return the mediator both sides chose, or None."""
    by_customer, by_bank = choices.get("customer"), choices.get("bank")
    return by_customer if by_customer is not None and by_customer == by_bank else None


def needs_reason(side: str, *, refused_before: int) -> bool:
    """Return whether a refusal must be given a reason: a party's first one need not, everybody else's must."""
    return side not in SIDES or refused_before >= FREE_REFUSALS
