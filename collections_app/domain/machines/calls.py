"""Calls as a telephone system reports them: their events, in whatever order they arrive."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList


class CallEvent(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    HUNG_UP = "hung_up"


CALL_EVENTS = TermList(
    ("ringing", "振铃", "Ringing"),
    ("answered", "已接听", "Answered"),
    ("hung_up", "已挂断", "Hung up"),
)
DIRECTIONS = TermList(("in", "呼入", "Incoming"), ("out", "呼出", "Outgoing"))

_RANKS = {CallEvent.RINGING: 1, CallEvent.ANSWERED: 2, CallEvent.HUNG_UP: 3}
# How long a call stays on its agent's screen: after it ended, and when its end was never told.
SHOWN_AFTER_END = timedelta(minutes=2)
SHOWN_AT_MOST = timedelta(hours=1)


def place(events: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """Return how far a call is and at whose extension, from its events (what, whose) in the order they happened.

    Each extension has an end of its own: one that stops ringing, or hangs up after it passed the call on, ends the call
    of nobody else. A call is with whoever answered last and is still on it; else where it still rings, the last of
    these, unless somebody answered it since; else it is over, where it was answered last.
    """
    furthest: dict[int, str] = {}
    for event, whose in events:
        furthest[whose] = max(furthest.get(whose, event), event, key=lambda each: _RANKS[CallEvent(each)])
    answered: list[int] = []
    ringing: list[int] = []
    for event, whose in events:
        if event == CallEvent.ANSWERED:
            answered.append(whose)
            ringing.clear()
        elif event == furthest[whose] == CallEvent.RINGING:
            ringing.append(whose)
    on_it = [whose for whose in answered if furthest[whose] == CallEvent.ANSWERED]
    if on_it:
        return CallEvent.ANSWERED, on_it[-1]
    if ringing:
        return CallEvent.RINGING, ringing[-1]
    return CallEvent.HUNG_UP, answered[-1] if answered else events[-1][1]
