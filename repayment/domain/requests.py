"""How a customer's request stands, in the customer's words: not the work between departments, but what it means."""

from enum import StrEnum

from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.terms import TermList


class Standing(StrEnum):
    RECEIVED = "received"
    IN_WORK = "in_work"
    NEEDS_YOU = "needs_you"
    ANSWERED = "answered"
    CLOSED = "closed"


STANDINGS = TermList(
    ("received", "已收到", "Received"),
    ("in_work", "处理中", "Being worked on"),
    ("needs_you", "待您补充", "We need something from you"),
    ("answered", "已答复", "Answered"),
    ("closed", "已关闭", "Closed"),
)


def standing(*, state: str, answered: bool) -> Standing:
    """Return how a request stands. ``answered`` says that the customer has been given words, or a result.

    What was given back between departments, or is contested, is being worked on: the customer is owed an answer still.
    """
    now = HandOffState(state)
    if now is HandOffState.OPEN:
        return Standing.RECEIVED
    if now is HandOffState.WAITING:
        return Standing.NEEDS_YOU
    if now in STILL_OPEN:
        return Standing.IN_WORK
    return Standing.ANSWERED if now is HandOffState.DONE and answered else Standing.CLOSED
