"""The clocks of talks: how long each runs, from which rule, and how near its end is. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.terms import TermList


class ClockKind(StrEnum):
    OTHER_SIDE = "other_side"
    CHOICE = "choice"
    ACCEPTANCE = "acceptance"
    TERM = "term"
    NEGOTIATION = "negotiation"


CLOCK_KINDS = TermList(
    ("other_side", "征询对方意见", "Asking the other side"),
    ("choice", "双方选择调解员", "The parties choose the mediator"),
    ("acceptance", "调解员确认接受", "The mediator accepts"),
    ("term", "调解期限", "Term of the mediation"),
    ("negotiation", "协商期限", "Term of the negotiation"),
)


class ClockEnd(StrEnum):
    DONE = "done"
    LAPSED = "lapsed"
    OVER = "over"
    RESTARTED = "restarted"


CLOCK_ENDS = TermList(
    ("done", "已按时完成", "Done"),
    ("lapsed", "期满未完成", "Lapsed"),
    ("over", "协商或调解已结束", "The talks ended"),
    ("restarted", "重新起算或延长", "Began anew"),
)


class Standing(StrEnum):
    RUNNING = "running"
    SOON = "soon"
    LATE = "late"


STANDINGS = TermList(
    ("running", "计时中", "Running"),
    ("soon", "即将到期", "Ends soon"),
    ("late", "已到期", "Past its end"),
)


@dataclass(frozen=True, slots=True)
class ClockRule:
    """How many days, working ones or of the calendar, how many calendar days before it warns, and its source."""

    days: int
    working: bool
    warn_days: int
    source: str
    verified: bool


_ONLINE = "人民法院在线调解规则 4, 10, 12, 13, 15, 17"
# Read in the primary text (facts M-13, M-15); the bank's own term is policy, and no law stands behind it.
RULES: dict[ClockKind, ClockRule] = {
    ClockKind.OTHER_SIDE: ClockRule(3, True, 1, _ONLINE, True),
    ClockKind.CHOICE: ClockRule(2, True, 1, _ONLINE, True),
    ClockKind.ACCEPTANCE: ClockRule(3, True, 1, _ONLINE, True),
    ClockKind.TERM: ClockRule(30, False, 7, "人民法院在线调解规则 24, 25; 特邀调解规定 27", True),
    ClockKind.NEGOTIATION: ClockRule(15, False, 3, "bank's policy", False),
}

# The term may be prolonged by both parties as they agree; one prolongation is no longer than this (policy).
LONGEST_EXTENSION = 30


def due_on(kind: str, *, start: date, calendar: WorkCalendar) -> date | None:
    """Return the last day of a clock that starts on a day, or None where the calendar does not reach.

    The day it starts on is not counted.
    """
    rule = RULES[ClockKind(kind)]
    if not rule.working:
        return start + timedelta(days=rule.days)
    return calendar.add_working_days(start, rule.days)


def due_without_calendar(kind: str, *, start: date) -> date:
    """Return the last day counted in days of the calendar: too early rather than too late."""
    return start + timedelta(days=RULES[ClockKind(kind)].days)


def standing(kind: str, *, due: date, today: date) -> Standing:
    """Return how near the end of a running clock is."""
    if today > due:
        return Standing.LATE
    soon = due - today <= timedelta(days=RULES[ClockKind(kind)].warn_days)
    return Standing.SOON if soon else Standing.RUNNING


def extension_problem(*, until: date, ends_on: date | None, today: date) -> str:
    """Return the code of what is wrong with a new last day of the term, or an empty text."""
    if ends_on is None or ends_on < today:
        return "no_term_to_extend"
    if until <= ends_on:
        return "extension_not_later"
    if until > ends_on + timedelta(days=LONGEST_EXTENSION):
        return "extension_too_long"
    return ""
