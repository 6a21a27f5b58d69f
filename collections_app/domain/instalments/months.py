"""The days of monthly instalments."""

from calendar import monthrange
from datetime import date


def months_on(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
