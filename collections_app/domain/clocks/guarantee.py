"""The guarantee period of one guarantor: nothing suspends, interrupts or lengthens it (民法典 692–694)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from collections_app.domain.terms import TermList

# Joint: the demand on the guarantor must come within the period. General: the suit against the debtor (693).
GUARANTEE_KINDS = TermList(
    ("joint", "连带责任保证", "Joint and several"),
    ("general", "一般保证", "General"),
    ("unknown", "未约定或不明", "Not agreed or unclear"),
)

GUARANTEE_STATES = TermList(
    ("unknown", "期间不明", "Period unknown"),
    ("waiting", "主债务未到期", "Debt not due yet"),
    ("running", "保证期间内", "Running"),
    ("claimed", "已在期间内主张", "Claimed in time"),
    ("lapsed", "保证责任已免除", "Lapsed: the guarantor is free"),
)


@dataclass(frozen=True, slots=True)
class Period:
    """One guarantee period: its last day, as far as known, whether it was agreed, and its state."""

    until: date | None
    agreed: bool
    state: str


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or earlier; where there is none, the last of its month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def period(
    *, debt_due_on: date | None, agreed_until: date | None, claimed_on: date | None, months: int, today: date
) -> Period:
    """Return a guarantee's period. ``months`` is what holds where nothing was agreed: six, from the debt's due day.

    A period agreed to end no later than the debt falls due counts as none agreed (692). Without the due day of the
    debt an unagreed period is unknown.
    """
    agreed = agreed_until is not None and (debt_due_on is None or agreed_until > debt_due_on)
    until = agreed_until if agreed else (months_after(debt_due_on, months) if debt_due_on else None)
    return Period(until, agreed, _state(debt_due_on, until, claimed_on, today))


def _state(debt_due_on: date | None, until: date | None, claimed_on: date | None, today: date) -> str:
    if until is None:
        return "unknown"
    if claimed_on is not None and claimed_on <= until:
        return "claimed"
    if today > until:
        return "lapsed"
    return "waiting" if debt_due_on is not None and today <= debt_due_on else "running"
