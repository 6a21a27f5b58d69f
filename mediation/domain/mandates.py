"""How far the bank's representative may go: the largest waiver, the longest term, and the floor. Amounts in fen."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from collections_app.domain.terms import TermList
from mediation.domain.agreement import LONGEST_MONTHS, months_later

MANDATE_STATES = TermList(
    ("proposed", "待审批", "Waiting for approval"),
    ("approved", "已批准", "Approved"),
    ("dropped", "未获批准", "Not approved"),
    ("replaced", "已被新授权取代", "Replaced"),
)

LIMITS = TermList(
    ("waiver_fen", "减免金额超过授权", "The waiver is above the mandate"),
    ("waiver_percent", "减免比例超过授权", "The share waived is above the mandate"),
    ("months", "期限超过授权", "The term is longer than the mandate"),
    ("floor_fen", "协议总额低于授权底线", "The sum is below the floor of the mandate"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The limits of one mandate. Amounts in fen, the share in whole percent of the payoff, the term in months."""

    waiver_fen: int
    waiver_percent: int
    months: int
    floor_fen: int

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Figures":
        """Return the limits written down as a mapping."""
        return cls(**{name: int(values[name]) for name in LIMITS})

    def kept(self) -> dict[str, int]:
        """Return them as they are written down."""
        return asdict(self)


def problem(figures: Figures) -> str:
    """Return the code of what is wrong with a mandate, or an empty text."""
    if figures.waiver_fen < 0 or figures.floor_fen < 0 or not 0 <= figures.waiver_percent <= 100:
        return "mandate_out_of_range"
    if not 1 <= figures.months <= LONGEST_MONTHS:
        return "mandate_out_of_range"
    return ""


def beyond(figures: Figures, *, payoff_fen: int, total_fen: int, last_on: date, today: date) -> list[str]:
    """Return the codes of the limits that terms go beyond.

    What the terms do not name of the payoff counts as given way to, whether or not it is waived in the end.
    """
    given_way = max(0, payoff_fen - total_fen)
    found = []
    if given_way > figures.waiver_fen:
        found.append("waiver_fen")
    if given_way * 100 > figures.waiver_percent * payoff_fen:
        found.append("waiver_percent")
    if last_on > months_later(today, figures.months):
        found.append("months")
    if total_fen < figures.floor_fen:
        found.append("floor_fen")
    return found
