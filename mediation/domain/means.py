"""What a customer can pay a month. Amounts in fen."""

from dataclasses import asdict, dataclass

MOST_DEPENDANTS = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """A month: what comes in, what living needs, and how many live on it besides the customer."""

    income_fen: int
    other_income_fen: int
    living_fen: int
    housing_fen: int
    debts_fen: int
    dependants: int

    @property
    def in_fen(self) -> int:
        """All that comes in."""
        return self.income_fen + self.other_income_fen

    @property
    def out_fen(self) -> int:
        """All that goes out."""
        return self.living_fen + self.housing_fen + self.debts_fen

    @property
    def affordable_fen(self) -> int:
        """What is left a month, never below zero: income less needs, the same as arrangements are judged by."""
        return max(self.in_fen - self.out_fen, 0)

    def as_json(self) -> dict[str, int]:
        """Return them as they are kept."""
        return asdict(self)


def problems(figures: Figures) -> list[str]:
    """Return the codes of what cannot be."""
    amounts = [value for name, value in figures.as_json().items() if name.endswith("_fen")]
    if any(value < 0 for value in amounts) or not 0 <= figures.dependants <= MOST_DEPENDANTS:
        return ["means_impossible"]
    return []
