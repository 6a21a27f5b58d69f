"""What instalments cost a year: the internal rate of return of what was put off against what is paid."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

_ONE = Decimal(1)
_DAYS, _MONTHS = Decimal(365), 12
_EXACT = Decimal("1e-18")
_MOST_STEPS = 200


def monthly_rate(*, principal_fen: int, payments: Sequence[int]) -> Decimal:
    """Return the rate of a month, as a fraction, at which payments a month apart are worth the principal.

    Negative when less comes back than was owed. Raise ValueError when nothing is paid or owed.
    """
    return _solve(principal_fen, [(Decimal(place), fen) for place, fen in enumerate(payments, start=1)])


def dated_rate(*, principal_fen: int, since: date, payments: Sequence[tuple[date, int]]) -> Decimal:
    """Return the rate of a year, compounded, at which dated payments are worth the principal (365 days a year)."""
    return _solve(principal_fen, [(Decimal((day - since).days) / _DAYS, fen) for day, fen in payments])


def simple_percent(monthly: Decimal) -> Decimal:
    """Return twelve times the monthly rate in per cent, to two places."""
    return _percent(monthly * _MONTHS)


def compound_percent(monthly: Decimal) -> Decimal:
    """Return the monthly rate compounded over a year in per cent, to two places."""
    return _percent((_ONE + monthly) ** _MONTHS - 1)


def annual_percent(rate: Decimal) -> Decimal:
    """Return a rate of a year in per cent, to two places."""
    return _percent(rate)


def _percent(rate: Decimal) -> Decimal:
    return (rate * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _solve(principal_fen: int, payments: Sequence[tuple[Decimal, int]]) -> Decimal:
    """Newton from the left: the present value falls and is convex, so no step goes past the root."""
    if principal_fen <= 0 or not payments or any(fen <= 0 for _, fen in payments):
        raise ValueError("payments")
    with localcontext() as exact:
        exact.prec = 34
        value = _value(principal_fen, payments)
        rate = Decimal(0)
        while value(rate)[0] < 0:
            rate = (rate - _ONE) / 2
        for _ in range(_MOST_STEPS):
            left, slope = value(rate)
            step = left / slope
            rate += step
            if abs(step) < _EXACT:
                break
        return +rate


def _value(principal_fen: int, payments: Sequence[tuple[Decimal, int]]) -> Callable[[Decimal], tuple[Decimal, Decimal]]:
    """Return what gives, for a rate, the present value beyond the principal, and how fast it falls."""

    def value(rate: Decimal) -> tuple[Decimal, Decimal]:
        worth, slope = Decimal(-principal_fen), Decimal(0)
        for time, fen in payments:
            now = fen * (_ONE + rate) ** -time
            worth += now
            slope += time * now / (_ONE + rate)
        return worth, slope

    return value
