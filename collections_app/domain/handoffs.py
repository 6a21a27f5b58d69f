"""Hand-offs between departments: where each goes and how long it may take (table E, the code list ``handoffs``)."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class HandOffRule:
    """Which department takes it, the bank's deadline in minutes (see domain/working_time.py), what it must carry.


    ``must_carry`` are codes of the list ``handoff_contents``.
    """

    to: str
    minutes: int
    must_carry: tuple[str, ...] = ()
    text_required: bool = False
    offered: bool = True


class HandOffState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DONE = "done"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[HandOffState, frozenset[HandOffState]] = {
    HandOffState.OPEN: frozenset(
        {HandOffState.ACCEPTED, HandOffState.RETURNED, HandOffState.DONE, HandOffState.WITHDRAWN}
    ),
    HandOffState.ACCEPTED: frozenset({HandOffState.RETURNED, HandOffState.DONE, HandOffState.WITHDRAWN}),
    HandOffState.RETURNED: frozenset({HandOffState.OPEN, HandOffState.WITHDRAWN}),
    HandOffState.DONE: frozenset(),
    HandOffState.WITHDRAWN: frozenset(),
}

STILL_OPEN = frozenset({HandOffState.OPEN, HandOffState.ACCEPTED, HandOffState.RETURNED})
