"""Hand-offs between departments: where each goes and how long it may take (table E, the code list ``handoffs``)."""

from collections.abc import Mapping
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

    def asked_for(self) -> tuple[str, ...]:
        """Return what it must carry beside its words and the hour agreed, which have fields of their own."""
        return tuple(item for item in self.must_carry if item not in {FREE_TEXT, WINDOW})

    def lacks(self, *, carries: Mapping[str, str], text: str, has_hour: bool) -> list[str]:
        """Return what it must carry and does not. The hour agreed is its time window, the words are its free text."""
        given = {item for item, words in carries.items() if words.strip()}
        given |= {FREE_TEXT} if text.strip() else set()
        given |= {WINDOW} if has_hour else set()
        return [item for item in self.must_carry if item not in given]


# Contents that the hand-off has fields of its own for.
FREE_TEXT = "free_text"
WINDOW = "window"


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
