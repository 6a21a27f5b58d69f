"""Repayment schedules of loans: equal instalments and equal principal, rounded half up to the fen."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

_MONTHS_A_YEAR = 12
_BASIS_POINTS = 10_000


def monthly_interest_fen(balance_fen: int, annual_bp: int) -> int:
    """Return one month's interest on a balance, at a yearly rate in basis points."""
    whole = _BASIS_POINTS * _MONTHS_A_YEAR
    return (2 * balance_fen * annual_bp + whole) // (2 * whole)


def equal_instalments(*, amount_fen: int, annual_bp: int, months: int) -> list[tuple[int, int]]:
    """Return ``(principal, interest)`` in fen of each month; every month but the last pays the same.

    The last one pays what is left, so that the principals add up to the amount.
    """
    instalment = _annuity_fen(amount_fen, annual_bp, months)
    lines = []
    balance = amount_fen
    for month in range(1, months + 1):
        interest = monthly_interest_fen(balance, annual_bp)
        principal = balance if month == months else min(instalment - interest, balance)
        lines.append((principal, interest))
        balance -= principal
    return lines


def equal_principal(*, amount_fen: int, annual_bp: int, months: int) -> list[tuple[int, int]]:
    """Return ``(principal, interest)`` in fen of each month; every month but the last pays the same principal."""
    share = (2 * amount_fen + months) // (2 * months)
    lines = []
    balance = amount_fen
    for month in range(1, months + 1):
        principal = balance if month == months else min(share, balance)
        lines.append((principal, monthly_interest_fen(balance, annual_bp)))
        balance -= principal
    return lines


def _annuity_fen(amount_fen: int, annual_bp: int, months: int) -> int:
    with localcontext() as context:
        context.prec = 40
        if not annual_bp:
            exact = Decimal(amount_fen) / months
        else:
            rate = Decimal(annual_bp) / (_BASIS_POINTS * _MONTHS_A_YEAR)
            exact = amount_fen * rate / (1 - (1 + rate) ** -months)
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
