"""Plans side by side: what each costs and whether the customer can carry it. Amounts in fen.

The schedule and its yearly cost are the shared ones (``collections_app.domain.instalments``).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from collections_app.domain.instalments.months import months_on
from collections_app.domain.instalments.offers import Quote, quoted
from collections_app.domain.instalments.schedules import ImpossibleError, Method, Wish


@dataclass(frozen=True, slots=True)
class Choice:
    """One column as it was typed."""

    months: int
    waiver_fen: int
    annual_percent: Decimal
    method: Method


@dataclass(frozen=True, slots=True)
class Column:
    """One plan: the choice, its schedule, or the code of why there is none."""

    choice: Choice
    quote: Quote | None = None
    problem: str = ""
    fits: bool | None = None

    @property
    def may_be_drafted(self) -> bool:
        """Whether a draft works out this very plan: without interest, or in equal instalments with it."""
        return self.quote is not None and (
            not self.choice.annual_percent or self.choice.method is Method.EQUAL_INSTALMENT
        )


# What a page begins with: six months, a year, two years, without interest and without a waiver.
FIRST_CHOICES = tuple(Choice(months, 0, Decimal(0), Method.EQUAL_INSTALMENT) for months in (6, 12, 24))


def column(choice: Choice, *, payoff_fen: int, today: date, affordable_fen: int | None) -> Column:
    """Return what a choice comes to, first paid a month from today.

    The rate of a year is that of the debt after the waiver. ``fits`` is None while the means are not known.
    """
    if not 0 <= choice.waiver_fen < payoff_fen:
        return Column(choice, problem="calculator_waiver")
    wish = Wish(choice.method, payoff_fen - choice.waiver_fen, choice.months, choice.annual_percent)
    days = [months_on(today, place) for place in range(1, max(choice.months, 1) + 1)]
    try:
        quote = quoted(wish, days=days, since=today)
    except ImpossibleError as error:
        return Column(choice, problem=error.code)
    fits = None if affordable_fen is None else quote.largest_fen <= affordable_fen
    return Column(choice, quote, fits=fits)
