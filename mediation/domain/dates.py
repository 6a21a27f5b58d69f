"""How a date is agreed with the customer: how many hours are offered, how long, and how often it may be moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from collections_app.domain.terms import TermList
from mediation.domain.slots import Slot

# Nobody is booked for an hour that begins sooner than this.
SHORTEST_NOTICE = timedelta(hours=2)
# Who moves a date is offered so many hours, also where the first date is set by the bank.
OFFERED_AT_A_MOVE = 3
# Hours offered lie this far apart, so that a customer who works mornings finds an afternoon.
APART = timedelta(hours=4)
MOST_OFFERED = 8

OFFER_STATES = TermList(
    ("open", "可选", "Open"),
    ("picked", "已选定", "Picked"),
    ("gone", "已被占用", "Gone to somebody else"),
    ("lapsed", "到期未选", "Not picked in time"),
    ("withdrawn", "已收回", "Withdrawn"),
)

CANCEL_REASONS = TermList(
    ("customer_asked", "客户要求改期", "The customer asked for another date"),
    ("mediator_unable", "主持人不能出席", "Whoever holds it cannot come"),
    ("representative_unable", "本行代表不能出席", "The bank's representative cannot come"),
    ("papers_missing", "材料未齐", "Papers are missing"),
    ("other", "其他", "Another reason"),
)
CLOSED_BECAUSE = TermList(
    *((term.code, term.zh, term.en) for term in CANCEL_REASONS.values()),
    ("customer_moved", "客户自行改期", "Moved by the customer"),
    ("person_away", "有人请假", "Somebody is away"),
    ("conflict", "有人须回避", "Somebody is barred by a conflict of interest"),
    ("room_closed", "会议室停用", "The room is closed"),
    ("chosen", "双方另选调解员", "Both chose another mediator"),
    ("stood_down", "调解员回避", "The mediator stood down"),
)


@dataclass(frozen=True, slots=True)
class DatePolicy:
    """The bank's policy for one product and means; not law.

    ``offered`` hours to pick from (none: the bank sets the date), open for ``answer_hours``. The customer may move a
    date ``moves`` times, until ``until_hours`` before it.
    """

    offered: int = 0
    answer_hours: int = 48
    moves: int = 2
    until_hours: int = 24

    def still_open(self, *, moved: int, starts_at: datetime, now: datetime) -> str:
        """Return the code of why a date can no longer be moved by the customer, or nothing while it can."""
        if now > starts_at - timedelta(hours=self.until_hours):
            return "too_late_to_move"
        return "moves_used_up" if moved >= self.moves else ""


def spread(find: Callable[[datetime], Slot | None], *, not_before: datetime, count: int) -> list[Slot]:
    """Return so many slots in order, as far apart as half days are while there are that many, then any others.

    ``find`` gives the earliest slot that begins at a moment or later.
    """
    found: dict[datetime, Slot] = {}
    for apart in (APART, None):
        at = not_before
        while len(found) < count and (slot := find(at)) is not None:
            found.setdefault(slot.span.start, slot)
            at = slot.span.start + apart if apart is not None else slot.span.end
    return [found[start] for start in sorted(found)][:count]
