"""What became of an agreement: how it is kept, and what a court made of it (table G, "After agreement")."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collections_app.domain.arrangements import ArrangementState
from collections_app.domain.terms import TermList

AFTER_STATES = TermList(
    ("performing", "履行中", "Being performed"),
    ("late", "宽限期内", "Late, within grace"),
    ("breached", "违约", "Breached"),
    ("cured", "已纠正", "Cured"),
    ("performed", "履行完毕", "Performed"),
    ("varied", "协商变更", "Varied by agreement"),
    ("annulled", "已撤销", "Annulled"),
    ("filed", "已申请司法确认", "Judicial confirmation applied for"),
    ("confirmed", "裁定有效", "Confirmed by the court"),
    ("rejected", "裁定驳回", "Rejected by the court"),
    ("enforcement", "申请执行", "Enforcement applied for"),
)

# Joint application within 30 days from the day the agreement takes effect (People's Mediation Law, article 33).
CONFIRM_WITHIN = timedelta(days=30)
WARN_DAYS = (10, 3)


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment as owed: its last day and its fen."""

    due_on: date
    fen: int


def cured(*, lines: Sequence[Line], payments: Sequence[tuple[date, int]], today: date) -> bool:
    """Return whether an instalment that was late has been paid since: (day, fen) of all payments seen."""
    owed = 0
    for line in sorted(lines, key=lambda item: item.due_on):
        owed += line.fen
        if line.due_on >= today:
            return False
        in_time = sum(fen for day, fen in payments if day <= line.due_on)
        if in_time < owed <= sum(fen for _day, fen in payments):
            return True
    return False


def keeping(*, plan_state: str, was_cured: bool) -> str:
    """Return how an agreement is kept: the state of its plan, or that a lateness has been made good."""
    return "cured" if plan_state == ArrangementState.PERFORMING and was_cured else plan_state


def court_state(stages: Collection[str]) -> str:
    """Return what a court made of the agreement, or an empty text: the furthest step recorded."""
    for stage, state in (
        ("enforcement_applied", "enforcement"),
        ("rejected", "rejected"),
        ("confirmed", "confirmed"),
        ("confirmation_applied", "filed"),
    ):
        if stage in stages:
            return state
    return ""


def confirm_by(effective_on: date) -> date:
    """Return the last day of the joint application: 30 days from the day after the agreement took effect."""
    return effective_on + CONFIRM_WITHIN


def warning(*, last_day: date, today: date) -> int | None:
    """Return how many days are left when somebody must be warned: ten or fewer, none below nought."""
    left = (last_day - today).days
    return left if 0 <= left <= max(WARN_DAYS) else None
