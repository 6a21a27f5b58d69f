"""Schedules of instalments: how much principal and interest each line has, in fen.

Every amount is rounded half up to the fen, and the last line takes what is left, so the principal of all lines is the
debt exactly (facts/rules I-1 to I-4). Interest is counted by the month: a twelfth of the annual rate on what is left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from collections_app.domain.terms import TermList

# Below it rounding would leave lines of nothing.
SMALLEST_LINE_FEN = 100
MOST_LINES = 60
# Nobody is asked for more a year than courts enforce of consumer credit (bank policy: 24 %).
HIGHEST_PERCENT = Decimal(24)
_HUNDRED, _MONTHS = Decimal(100), Decimal(12)


class Method(StrEnum):
    EQUAL_INSTALMENT = "equal_instalment"
    EQUAL_PRINCIPAL = "equal_principal"
    INTEREST_FREE = "interest_free"
    BALLOON = "balloon"
    STEP_UP = "step_up"


METHODS = TermList(
    ("interest_free", "免息分期", "Interest-free"),
    ("equal_instalment", "等额本息", "Equal instalments"),
    ("equal_principal", "等额本金", "Equal principal"),
    ("balloon", "末期尾款", "Balloon at the end"),
    ("step_up", "递增还款", "Rising instalments"),
)


class ImpossibleError(ValueError):
    """No schedule can be made of this; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment, in fen."""

    number: int
    principal_fen: int
    interest_fen: int

    @property
    def total_fen(self) -> int:
        """What is paid with this line."""
        return self.principal_fen + self.interest_fen


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be paid in instalments, and how.

    ``balloon_fen`` of the principal waits for the last line; ``step_percent`` is by how much each line is higher than
    the one before it. Each belongs to its method alone.
    """

    method: Method
    principal_fen: int
    number: int
    annual_percent: Decimal = Decimal(0)
    balloon_fen: int = 0
    step_percent: Decimal = Decimal(0)

    @property
    def monthly(self) -> Decimal:
        """The rate of a month as a fraction."""
        return self.annual_percent / _MONTHS / _HUNDRED


def schedule(wish: Wish) -> list[Line]:
    """Return the lines of a schedule. Raise ImpossibleError for what cannot be paid in this way."""
    _check(wish)
    return _MAKERS[wish.method](wish)


def interest_of(lines: Sequence[Line]) -> int:
    """Return the interest of all lines, in fen."""
    return sum(line.interest_fen for line in lines)


def interest_on(principals: Sequence[int], *, annual_percent: Decimal) -> list[int]:
    """Return the interest of each line in fen, by the principal of each: a month's of what was left before it."""
    left, found = sum(principals), []
    for principal in principals:
        found.append(whole(left * annual_percent / _MONTHS / _HUNDRED))
        left -= principal
    return found


def total_of(lines: Sequence[Line]) -> int:
    """Return all that is paid, in fen."""
    return sum(line.total_fen for line in lines)


def whole(amount: Decimal) -> int:
    """Return an amount in fen, rounded half up."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _check(wish: Wish) -> None:
    if not 1 <= wish.number <= MOST_LINES:
        raise ImpossibleError("plan_number_of_lines")
    if wish.principal_fen - wish.balloon_fen < SMALLEST_LINE_FEN * wish.number:
        raise ImpossibleError("plan_lines_too_small")
    if not 0 <= wish.annual_percent <= HIGHEST_PERCENT:
        raise ImpossibleError("plan_rate")
    if wish.method == Method.INTEREST_FREE and wish.annual_percent:
        raise ImpossibleError("plan_rate_of_interest_free")
    if (wish.balloon_fen > 0) != (wish.method == Method.BALLOON) or wish.balloon_fen < 0:
        raise ImpossibleError("plan_balloon")
    if (wish.step_percent > 0) != (wish.method == Method.STEP_UP) or not 0 <= wish.step_percent <= _HUNDRED:
        raise ImpossibleError("plan_step")


def _equal_instalment(wish: Wish) -> list[Line]:
    """A = P·i·(1+i)^n / ((1+i)^n − 1); without interest P/n."""
    return _of_instalments(wish, [whole(_level(Decimal(wish.principal_fen), wish))] * wish.number)


def _equal_principal(wish: Wish) -> list[Line]:
    """P/n of the principal with each line, and the interest on what was left before it."""
    share = whole(Decimal(wish.principal_fen) / wish.number)
    left, lines = wish.principal_fen, []
    for number in range(1, wish.number + 1):
        principal = left if number == wish.number else min(share, left)
        lines.append(Line(number, principal, whole(left * wish.monthly)))
        left -= principal
    return lines


def _balloon(wish: Wish) -> list[Line]:
    """Equal instalments of all but the balloon, whose interest is paid with each; it goes with the last line."""
    rest = Decimal(wish.principal_fen - wish.balloon_fen)
    return _of_instalments(wish, [whole(_level(rest, wish) + wish.balloon_fen * wish.monthly)] * wish.number)


def _step_up(wish: Wish) -> list[Line]:
    """Each instalment by so many per cent higher than the one before: the first is what their present values need."""
    grows = 1 + wish.step_percent / _HUNDRED
    worth = sum(
        (grows ** (number - 1) / (1 + wish.monthly) ** number for number in range(1, wish.number + 1)), Decimal(0)
    )
    first = wish.principal_fen / worth
    if first <= wish.principal_fen * wish.monthly:
        # The first lines would not even pay the interest, and the debt would grow.
        raise ImpossibleError("plan_step")
    return _of_instalments(wish, [whole(first * grows**place) for place in range(wish.number)])


def _level(principal: Decimal, wish: Wish) -> Decimal:
    if wish.monthly == 0:
        return principal / wish.number
    grown = (1 + wish.monthly) ** wish.number
    return principal * wish.monthly * grown / (grown - 1)


def _of_instalments(wish: Wish, amounts: Sequence[int]) -> list[Line]:
    """Split instalments into interest on what was left and principal; the last line takes the rest."""
    left, lines = wish.principal_fen, []
    for number, amount in enumerate(amounts, start=1):
        interest = whole(left * wish.monthly)
        principal = left if number == wish.number else min(max(amount - interest, 0), left)
        lines.append(Line(number, principal, interest))
        left -= principal
    return lines


_MAKERS: dict[Method, Callable[[Wish], list[Line]]] = {
    Method.EQUAL_INSTALMENT: _equal_instalment,
    Method.INTEREST_FREE: _equal_instalment,
    Method.EQUAL_PRINCIPAL: _equal_principal,
    Method.BALLOON: _balloon,
    Method.STEP_UP: _step_up,
}
