"""The instalments of an agreed sum. Every one has a date, an amount and the account it pays."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList

# Article 70 of the credit-card rules: an instalment agreement runs five years at most.
LONGEST_MONTHS = 60


class Interval(StrEnum):
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


INTERVALS = TermList(
    ("month", "每月", "Every month"),
    ("fortnight", "每两周", "Every two weeks"),
    ("week", "每周", "Every week"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment: its number from 1, its last day, its amount in fen, and the account's id."""

    number: int
    due_on: date
    amount_fen: int
    account_id: int


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day where it is shorter."""
    total = day.month - 1 + months
    year, month = day.year + total // 12, total % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _step(first: date, interval: Interval, index: int) -> date:
    if interval is Interval.MONTH:
        return months_later(first, index)
    return first + timedelta(days=index * (7 if interval is Interval.WEEK else 14))


def equal_lines(*, total_fen: int, count: int, first: date, interval: str, account_id: int) -> list[Line]:
    """Return equal instalments of a sum; the last carries what does not divide.

    Raise ValueError when there are more instalments than fen, or none.
    """
    if count < 1 or total_fen < count:
        raise ValueError("every instalment is at least one fen")
    share = total_fen // count
    step = Interval(interval)
    amounts = [share] * (count - 1) + [total_fen - share * (count - 1)]
    return [Line(index + 1, _step(first, step, index), amount, account_id) for index, amount in enumerate(amounts)]


def problems(lines: list[Line], *, total_fen: int, payoff_fen: int, today: date) -> list[str]:
    """Return the codes of everything wrong with agreed terms; an empty list means they may be signed.

    The sum is at most what pays the account off (fen); what the instalments do not name stays owed, since a
    waiver is a decision of its own.
    """
    if not lines:
        return ["no_instalments"]
    found = []
    if any(line.amount_fen <= 0 for line in lines):
        found.append("amount_not_positive")
    if sum(line.amount_fen for line in lines) != total_fen:
        found.append("sum_differs")
    if total_fen > payoff_fen:
        found.append("above_payoff")
    days = [line.due_on for line in lines]
    if days != sorted(set(days)):
        found.append("dates_not_rising")
    if min(days) < today:
        found.append("date_in_the_past")
    if max(days) > months_later(today, LONGEST_MONTHS):
        found.append("term_too_long")
    if len({line.account_id for line in lines}) != 1:
        found.append("several_accounts")
    return found
