"""Limitation: from when it runs, what interrupts it, and until when (民法典 188, 189, 195; 诉讼时效规定 8–19).

A period ends on the same day some years later (民法典 202). Holidays do not lengthen it here, nor do suspensions
(194): what is shown is never later than what a court would find.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from collections_app.domain.terms import TermList


class Interrupts(StrEnum):
    """What interrupts limitation (list J); the bank may name them otherwise, the program writes the first four."""

    DEMAND = "demand"
    PROMISE = "promise"
    DEBIT = "debit"
    MEDIATION = "mediation"
    SIGNED_DEMAND = "signed_demand"


# After the period has run, only the debtor's own word or deed gives the claim back (诉讼时效规定 19).
REVIVES = frozenset({Interrupts.PROMISE.value, Interrupts.SIGNED_DEMAND.value})

ALARM_DAYS = (180, 90, 30)

# How near the end is: the value is the alarm that rings, 0 when it is over. Unknown is never taken for far.
LEVELS = TermList(
    ("unknown", "未知", "Unknown"),
    ("quiet", "正常", "Far"),
    ("180", "180天内届满", "Within 180 days"),
    ("90", "90天内届满", "Within 90 days"),
    ("30", "30天内届满", "Within 30 days"),
    ("over", "已届满", "Over"),
)
# The alarms: what a worklist may ask for.
RINGING = TermList(*((LEVELS[code].code, LEVELS[code].zh, LEVELS[code].en) for code in ("180", "90", "30", "over")))


@dataclass(frozen=True, slots=True)
class Interruption:
    """One thing that interrupts: its row, its kind, and the day it took effect."""

    id: int
    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the limitation of an account stands: its beginning, the last interruption that had effect, its last day.

    ``until`` is None where nobody knows from when it runs.
    """

    begins_on: date | None
    last: Interruption | None
    until: date | None


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; where there is none, the last of its month."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def run(*, begins_on: date | None, interruptions: Iterable[Interruption], years: int) -> Clock:
    """Return the clock of an account after everything that interrupted it, in the order it happened.

    What came before the period began interrupts nothing. After its end a demand is too late; the debtor's own word,
    part payment or signature begins it anew.
    """
    until = years_after(begins_on, years) if begins_on else None
    last: Interruption | None = None
    for each in sorted(interruptions, key=lambda item: (item.on, item.id)):
        too_early = begins_on is not None and each.on < begins_on
        too_late = until is not None and each.on > until and each.kind not in REVIVES
        if not too_early and not too_late:
            last, until = each, years_after(each.on, years)
    return Clock(begins_on, last, until)


def level_of(until: date | None, *, today: date) -> str:
    """Return how near a last day is, as a code of LEVELS. The last day itself still counts."""
    if until is None:
        return "unknown"
    left = (until - today).days
    if left < 0:
        return "over"
    return next((str(days) for days in sorted(ALARM_DAYS) if left <= days), "quiet")
