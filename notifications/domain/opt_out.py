"""What providers demand of the words by which a customer stops messages: platforms of the mainland forbid them on
notices and demand them on promotions (facts S-11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from collections_app.domain.terms import TermList


class Demand(StrEnum):
    FORBIDDEN = "forbidden"
    ALLOWED = "allowed"
    REQUIRED = "required"


DEMANDS = TermList(
    ("forbidden", "不得含", "Forbidden"),
    ("allowed", "可含", "Allowed"),
    ("required", "必须含", "Required"),
)


@dataclass(frozen=True, slots=True)
class OptOut:
    """What is demanded of notices and of promotions."""

    notices: Demand = Demand.FORBIDDEN
    promotions: Demand = Demand.REQUIRED

    @classmethod
    def usual(cls, language: str) -> Self:
        """Return what holds where no provider says otherwise: mainland platforms for Chinese texts."""
        return cls() if language.startswith("zh") else cls(notices=Demand.ALLOWED)

    @classmethod
    def together(cls, demands: Iterable["OptOut"], *, language: str) -> Self:
        """Return what satisfies every provider in use: what one forbids is forbidden, what one requires required."""
        rows = list(demands)
        if not rows:
            return cls.usual(language)
        return cls(_strictest([row.notices for row in rows]), _strictest([row.promotions for row in rows]))


def _strictest(demands: list[Demand]) -> Demand:
    order = (Demand.FORBIDDEN, Demand.REQUIRED, Demand.ALLOWED)
    return min(demands, key=order.index)
