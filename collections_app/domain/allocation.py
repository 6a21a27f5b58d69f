"""How one payment counts on one debt: costs, interest and principal, in the order the law or the contract gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList


class AllocationOrder(StrEnum):
    COSTS_FIRST = "costs_first"
    PRINCIPAL_FIRST = "principal_first"


ALLOCATION_ORDERS = TermList(
    ("costs_first", "先费用，后利息，再本金", "fees, then interest, then principal"),
    ("principal_first", "先本金，后利息、费用", "principal first, then interest and fees"),
)
COMPONENTS = TermList(
    ("costs", "费用", "Fees"),
    ("interest", "利息", "Interest"),
    ("principal", "本金", "Principal"),
    ("other", "其他应还", "Other amounts owed"),
    ("beyond", "溢缴款", "Paid beyond what is owed"),
)
_TURNS = {
    AllocationOrder.COSTS_FIRST: ("costs", "interest", "principal"),
    AllocationOrder.PRINCIPAL_FIRST: ("principal", "interest", "costs"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed under each component, and what pays all of it off, in fen. None is below zero."""

    costs_fen: int
    interest_fen: int
    principal_fen: int
    payoff_fen: int


@dataclass(frozen=True, slots=True)
class Split:
    """One payment by component, in fen. ``other`` is owed under no component the core names; ``beyond`` is not owed."""

    costs: int = 0
    interest: int = 0
    principal: int = 0
    other: int = 0
    beyond: int = 0

    @property
    def total_fen(self) -> int:
        """The whole payment."""
        return sum(fen for _, fen in self.parts())

    def parts(self) -> Iterator[tuple[str, int]]:
        """Yield each component with something in it, and its fen."""
        for name in COMPONENTS:
            if fen := getattr(self, name):
                yield name, fen


def allocate(*, amount_fen: int, owed: Owed, order: AllocationOrder) -> Split:
    """Return how a payment counts. Its parts sum up to the amount, and no component gets more than is owed."""
    if amount_fen <= 0:
        raise ValueError("a payment is positive")
    left = min(amount_fen, max(owed.payoff_fen, 0))
    parts = {"beyond": amount_fen - left}
    for name in _TURNS[order]:
        parts[name] = min(left, max(getattr(owed, f"{name}_fen"), 0))
        left -= parts[name]
    return Split(**parts, other=left)


def give_back(*, amount_fen: int, kept: Split, order: AllocationOrder) -> Split:
    """Return from which components a part of a payment is taken back: the last that it filled first.

    ``kept`` is what of the payment still stands. Raise ValueError for more than that.
    """
    if not 0 < amount_fen <= kept.total_fen:
        raise ValueError("more is taken back than was paid")
    parts: dict[str, int] = {}
    for name in ("beyond", "other", *reversed(_TURNS[order])):
        parts[name] = min(getattr(kept, name), amount_fen)
        amount_fen -= parts[name]
    return Split(**parts)
