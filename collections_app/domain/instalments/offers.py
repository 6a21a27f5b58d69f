"""Offers: who may have which arrangement without asking a person, as the bank decided beforehand. Amounts in fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from collections_app.domain.arrangements import PERSONAL_PLAN, PRODUCTS
from collections_app.domain.instalments import rates
from collections_app.domain.instalments.months import months_on
from collections_app.domain.instalments.schedules import HIGHEST_PERCENT, MOST_LINES, Line, Method, Wish, schedule

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of arrangement in its bounds."""

    kind: str
    product: str
    method: Method
    annual_percent: Decimal
    fewest: int
    most: int
    smallest_fen: int
    largest_fen: int
    from_day: int
    until_day: int
    balloon_percent: Decimal = Decimal(0)
    step_percent: Decimal = Decimal(0)
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as an offer looks at it. ``days`` is how long it is past due."""

    product: str
    currency: str
    payoff_fen: int
    billed_fen: int
    days: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A schedule with its days and its cost, as it is shown before anybody agrees."""

    principal_fen: int
    days: tuple[date, ...]
    lines: tuple[Line, ...]
    simple_percent: Decimal
    compound_percent: Decimal

    def as_json(self) -> dict[str, Any]:
        """Return it as an application keeps it."""
        return {
            "principal_fen": self.principal_fen,
            "lines": [
                {"due_on": day.isoformat(), "principal_fen": line.principal_fen, "interest_fen": line.interest_fen}
                for day, line in zip(self.days, self.lines, strict=True)
            ],
            "simple_percent": str(self.simple_percent),
            "compound_percent": str(self.compound_percent),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Quote":
        """Return what an application kept."""
        rows = kept["lines"]
        return cls(
            kept["principal_fen"],
            tuple(date.fromisoformat(row["due_on"]) for row in rows),
            tuple(Line(place, row["principal_fen"], row["interest_fen"]) for place, row in enumerate(rows, start=1)),
            Decimal(kept["simple_percent"]),
            Decimal(kept["compound_percent"]),
        )

    @property
    def rows(self) -> list[tuple[date, Line]]:
        """Each line with its day."""
        return list(zip(self.days, self.lines, strict=True))

    @property
    def interest_fen(self) -> int:
        """The interest of all lines."""
        return sum(line.interest_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        """All that is paid."""
        return self.principal_fen + self.interest_fen

    @property
    def largest_fen(self) -> int:
        """The largest line, which the customer must be able to pay. A balloon is meant to be saved for or renewed."""
        return max(line.total_fen for line in self.lines)


def basis(kind: str, standing: Standing) -> int:
    """Return what an arrangement of a kind puts in instalments: the bill, or all of the account."""
    return standing.billed_fen if kind == "bill_instalments" else standing.payoff_fen


def covers(offer: Offer, standing: Standing) -> bool:
    """Return whether an account is within the bounds of an offer, which are amounts of one currency."""
    principal = basis(offer.kind, standing)
    return (
        (offer.product, offer.currency) == (standing.product, standing.currency)
        and offer.smallest_fen <= principal <= offer.largest_fen
        and offer.from_day <= standing.days <= offer.until_day
    )


def quote(offer: Offer, *, principal_fen: int, number: int, today: date) -> Quote:
    """Return the schedule of an offer from a month after today on. Raise ImpossibleError when there is none."""
    wish = Wish(
        offer.method,
        principal_fen,
        number,
        offer.annual_percent,
        int(principal_fen * offer.balloon_percent / _HUNDRED),
        offer.step_percent,
    )
    return quoted(wish, days=[months_on(today, place) for place in range(1, number + 1)], since=today)


def quoted(wish: Wish, *, days: Sequence[date], since: date) -> Quote:
    """Return the schedule of a wish on given days with its cost. Raise ImpossibleError when there is none.

    The simple rate is by the month, whatever the days are; the compounded one is the dated rate of return when the
    first line is not a month away.
    """
    lines = schedule(wish)
    payments = [line.total_fen for line in lines]
    monthly = rates.monthly_rate(principal_fen=wish.principal_fen, payments=payments)
    compound = rates.compound_percent(monthly)
    if days[0] != months_on(since, 1) and days[-1] > since and monthly:
        dated = rates.dated_rate(
            principal_fen=wish.principal_fen, since=since, payments=list(zip(days, payments, strict=True))
        )
        compound = rates.annual_percent(dated)
    return Quote(wish.principal_fen, tuple(days), tuple(lines), rates.simple_percent(monthly), compound)


def affordable(*, largest_fen: int, income_fen: int, spent_fen: int) -> bool:
    """Return whether what is left of an income each month pays the largest line."""
    return income_fen - spent_fen >= largest_fen


def faults(offer: Offer, *, conditions: bool, at_once: bool) -> list[str]:
    """Return the codes of what is wrong with an offer as an administrator has written it."""
    checks = (
        ("offer_product", PRODUCTS.get(offer.kind, offer.product) != offer.product),
        ("offer_lines", not 1 <= offer.fewest <= offer.most <= MOST_LINES),
        ("offer_amounts", not 0 < offer.smallest_fen <= offer.largest_fen),
        ("offer_days", not 0 <= offer.from_day <= offer.until_day),
        ("plan_rate", not 0 <= offer.annual_percent <= HIGHEST_PERCENT),
        ("plan_rate_of_interest_free", offer.method == Method.INTEREST_FREE and offer.annual_percent != 0),
        ("plan_balloon", (offer.balloon_percent > 0) != (offer.method == Method.BALLOON)),
        ("plan_step", (offer.step_percent > 0) != (offer.method == Method.STEP_UP)),
        # Art. 70: nobody has a personalised plan before both conditions are on the record.
        ("offer_conditions", offer.kind == PERSONAL_PLAN and at_once and not conditions),
    )
    return [code for code, wrong in checks if wrong]
