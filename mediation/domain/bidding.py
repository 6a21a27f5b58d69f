"""Blind bidding: what two proposals have in common once both are in. Amounts in fen."""

from dataclasses import dataclass

# As long as an agreement may run (article 70 of the credit-card rules).
MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """A sum in fen and its monthly instalments.

    From the bank: the least it takes and the longest it waits. From the customer: the most they pay and how many
    months they need.
    """

    total_fen: int
    months: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer could keep to: monthly instalments of at most so many fen, and how many of them."""

    instalment_fen: int
    months: int

    def as_terms(self, *, payoff_fen: int) -> Terms:
        """Return it as the proposal it comes to: never more than what pays the account off."""
        return Terms(min(self.instalment_fen * self.months, payoff_fen), self.months)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two proposals come to. ``apart_fen`` is zero when they overlap."""

    sums_meet: bool
    months_meet: bool
    apart_fen: int
    middle_fen: int
    middle_months: int

    @property
    def overlap(self) -> bool:
        """Whether a plan exists that both sides have proposed room for."""
        return self.sums_meet and self.months_meet


def problems(terms: Terms, *, payoff_fen: int) -> list[str]:
    """Return the codes of what is wrong with a proposal; an empty list means it can be made."""
    found = []
    if not 0 < terms.total_fen <= payoff_fen:
        found.append("proposal_sum")
    if not 1 <= terms.months <= MOST_MONTHS:
        found.append("proposal_months")
    return found


def problems_of_wish(wish: Wish, *, payoff_fen: int) -> list[str]:
    """Return the codes of what is wrong with a wish; an empty list means it can be filed."""
    found = []
    if not 0 < wish.instalment_fen <= payoff_fen:
        found.append("wish_instalment")
    if not 1 <= wish.months <= MOST_MONTHS:
        found.append("proposal_months")
    return found


def compare(*, bank: Terms, customer: Terms) -> Comparison:
    """Return whether two proposals overlap, how far the sums are apart, and what lies in the middle."""
    return Comparison(
        sums_meet=customer.total_fen >= bank.total_fen,
        months_meet=customer.months <= bank.months,
        apart_fen=max(bank.total_fen - customer.total_fen, 0),
        middle_fen=(bank.total_fen + customer.total_fen + 1) // 2,
        middle_months=(bank.months + customer.months + 1) // 2,
    )
