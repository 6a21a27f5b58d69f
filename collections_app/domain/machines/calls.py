"""Calls as a telephone system reports them: their events, in whatever order they arrive."""

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


def further(event: str, state: str) -> bool:
    """Return whether an event moves a call on: one that arrives late, behind a later one, does not."""
    return not state or _RANKS[CallEvent(event)] > _RANKS[CallEvent(state)]
