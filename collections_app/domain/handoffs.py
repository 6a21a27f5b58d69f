"""Hand-offs between departments: where each goes, how long it may take, its states, and when it climbs (table E)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from collections_app.domain.staff import Department

# Contents that the hand-off has fields of its own for.
FREE_TEXT = "free_text"
WINDOW = "window"
# These have a record of their own beside the hand-off; it is ended there, and nowhere else.
COMPLAINTS = frozenset({"complaint", "complaint_review"})
# It is the owner's of the record, at the hour agreed.
CALLBACK = "callback"
# An hour to call back is agreed for so long ahead at most (policy): until then nobody else calls.
CALLBACK_WITHIN = timedelta(days=90)
# What fits no kind says itself which of these takes it.
OTHER = "other"
RECEIVERS = tuple(
    department.value
    for department in Department
    if department not in {Department.MANAGEMENT, Department.SYSTEM, Department.CUSTOMER}
)


class Clock(StrEnum):
    """How a deadline is counted: working time, the calendar, until the office closes, or the hour agreed."""

    WORKING = "working"
    CALENDAR = "calendar"
    SAME_DAY = "same_day"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class HandOffRule:
    """Which department takes it, the bank's deadline in minutes (see domain/working_time.py), what it must carry.

    ``must_carry`` are codes of the list ``handoff_contents``. ``then_minutes`` is the deadline, in working time, for
    the rest of the work once the first step has been taken in time; ``hold`` is the hold it brings with it.
    """

    to: str
    minutes: int
    must_carry: tuple[str, ...] = ()
    text_required: bool = False
    offered: bool = True
    clock: Clock = Clock.WORKING
    then_minutes: int | None = None
    hold: str = ""

    def asked_for(self) -> tuple[str, ...]:
        """Return what it must carry beside its words and the hour agreed, which have fields of their own."""
        return tuple(item for item in self.must_carry if item not in {FREE_TEXT, WINDOW})

    def lacks(self, *, carries: Mapping[str, str], text: str, has_hour: bool) -> list[str]:
        """Return what it must carry and does not. The hour agreed is its time window, the words are its free text."""
        given = {item for item, words in carries.items() if words.strip()}
        given |= {FREE_TEXT} if text.strip() else set()
        given |= {WINDOW} if has_hour else set()
        return [item for item in self.must_carry if item not in given]

    @property
    def urgent(self) -> bool:
        """Whether a supervisor is told the moment it comes in, because minutes count."""
        return self.clock is Clock.CALENDAR and self.minutes <= URGENT_MINUTES

    @property
    def may_pause(self) -> bool:
        """Whether its clock stands still while the customer has to bring something: never one set by law."""
        return self.clock in {Clock.WORKING, Clock.SAME_DAY}


class HandOffState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    IN_WORK = "in_work"
    WAITING = "waiting"
    RETURNED = "returned"
    CONTESTED = "contested"
    DONE = "done"
    WITHDRAWN = "withdrawn"


_S = HandOffState
TRANSITIONS: dict[HandOffState, frozenset[HandOffState]] = {
    _S.OPEN: frozenset({_S.ACCEPTED, _S.IN_WORK, _S.WAITING, _S.RETURNED, _S.DONE, _S.WITHDRAWN}),
    _S.ACCEPTED: frozenset({_S.IN_WORK, _S.WAITING, _S.RETURNED, _S.DONE, _S.WITHDRAWN}),
    _S.IN_WORK: frozenset({_S.WAITING, _S.RETURNED, _S.DONE, _S.WITHDRAWN}),
    _S.WAITING: frozenset({_S.IN_WORK, _S.RETURNED, _S.DONE, _S.WITHDRAWN}),
    _S.RETURNED: frozenset({_S.OPEN, _S.WITHDRAWN}),
    _S.DONE: frozenset({_S.CONTESTED}),
    _S.CONTESTED: frozenset({_S.IN_WORK, _S.WAITING, _S.DONE, _S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset(),
}
STILL_OPEN = frozenset({_S.OPEN, _S.ACCEPTED, _S.IN_WORK, _S.WAITING, _S.RETURNED, _S.CONTESTED})
# Whose clock runs: what was returned runs for its sender, what waits for the customer stands still.
RUNNING = STILL_OPEN - {_S.WAITING}

# What only the side that has to do the work may say, and only the side that asked for it. Done may be said by both:
# who no longer needs it, because they have done it themselves, ends it as well.
BY_RECEIVER = frozenset({_S.ACCEPTED, _S.IN_WORK, _S.WAITING, _S.RETURNED})
BY_SENDER = frozenset({_S.OPEN, _S.CONTESTED, _S.WITHDRAWN})
NEEDS_WORDS = frozenset({_S.RETURNED, _S.WAITING, _S.CONTESTED})
# For so long the sender may say that what is done is not done (policy).
CONTEST_WITHIN = timedelta(days=7)
URGENT_MINUTES = 30
# Whom a step may tell: the supervisor is the unit's, the others are the branch's first.
TOLD_ROLES = ("supervisor", "branch_manager", "compliance", "consumer_protection", "legal", "operations")


@dataclass(frozen=True, slots=True)
class Step:
    """One step up: when so many percent of the time have passed, a person of this role is told.

    The steps are rows of the list ``escalation_steps``, taken in the order of their percent.
    """

    percent: int
    role: str
