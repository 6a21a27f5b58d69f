"""Limitation: from when it runs, what interrupts or suspends it, and until when (民法典 188, 189, 194, 195, 202, 203).

A period ends on the same day some years later (202). An obstacle to suing in its last six months makes it end six
months after the obstacle is gone (194); a last day on which nobody works moves to the next day worked (203). What is
shown is never later than what a court would find: an obstacle that stands counts as if it went today, and a day no
published calendar covers moves nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from enum import StrEnum

from collections_app.domain.clocks.guarantee import months_after
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

# What brings an account before a court: a hold for a suit rests on one of them.
FILINGS = frozenset({"suit", "payment_order"})

# What keeps a creditor from suing: the law's own list (民法典 194).
OBSTACLES = TermList(
    ("force_majeure", "不可抗力", "Force majeure"),
    ("no_representative", "无行为能力且无法定代理人", "No capacity and no legal representative"),
    ("no_heir", "未确定继承人或遗产管理人", "No heir or administrator of the estate yet"),
    ("controlled", "债权人被控制", "The creditor is under somebody's control"),
    ("other", "其他不能行使请求权的障碍", "Another obstacle to claiming"),
)

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
class Obstacle:
    """What kept the bank from suing: since which day, and the day it was gone; None while it stands."""

    since: date
    gone_on: date | None


def _as_it_falls(day: date) -> date:
    return day


@dataclass(frozen=True, slots=True)
class Extension:
    """What lengthens a period beyond its years: obstacles in its last ``months``, and where its last day moves to.

    Without months nothing is suspended. An obstacle that stands counts as gone ``today``.
    """

    today: date
    obstacles: Sequence[Obstacle] = ()
    months: int = 0
    last_day: Callable[[date], date] = field(default=_as_it_falls)

    def end(self, until: date) -> date:
        """Return the last day of a period whose years end on a day."""
        while self.months and (gone := self._last_gone(until)) and months_after(gone, self.months) > until:
            until = months_after(gone, self.months)
        return self.last_day(until)

    def _last_gone(self, until: date) -> date | None:
        """Return when the last obstacle within the last months before a day was gone, if there was one."""
        near = months_after(until, -self.months)
        gone = [each.gone_on or self.today for each in self.obstacles if each.since <= until]
        return max((day for day in gone if day >= near), default=None)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the limitation of an account stands: its beginning, the last interruption that had effect, its last day.

    ``until`` is None where nobody knows from when it runs.
    """

    begins_on: date | None
    last: Interruption | None
    until: date | None


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; where there is none, the last of its month, or the last day of all."""
    if day.year + years > MAXYEAR:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def run(*, begins_on: date | None, interruptions: Iterable[Interruption], years: int, extension: Extension) -> Clock:
    """Return the clock of an account after everything that interrupted it, in the order it happened.

    What came before the period began interrupts nothing. After its end a demand is too late; the debtor's own word,
    part payment or signature begins it anew.
    """
    until = extension.end(years_after(begins_on, years)) if begins_on else None
    last: Interruption | None = None
    for each in sorted(interruptions, key=lambda item: (item.on, item.id)):
        too_early = begins_on is not None and each.on < begins_on
        too_late = until is not None and each.on > until and each.kind not in REVIVES
        if not too_early and not too_late:
            last, until = each, extension.end(years_after(each.on, years))
    return Clock(begins_on, last, until)


def level_of(until: date | None, *, today: date) -> str:
    """Return how near a last day is, as a code of LEVELS. The last day itself still counts."""
    if until is None:
        return "unknown"
    left = (until - today).days
    if left < 0:
        return "over"
    return next((str(days) for days in sorted(ALARM_DAYS) if left <= days), "quiet")
