"""A call's life at a provider: its states, and the rank of what is reported of it."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class DialState(StrEnum):
    BEGUN = "begun"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    UNREACHED = "unreached"
    FAILED = "failed"


DIAL_STATES = TermList(
    ("begun", "正在接通", "Being put through"),
    ("unknown", "结果待查", "Outcome unknown"),
    ("accepted", "已受理", "Accepted"),
    ("ringing", "振铃中", "Ringing"),
    ("answered", "已接通", "Connected"),
    ("ended", "已结束", "Ended"),
    ("unreached", "未接通", "Not reached"),
    ("failed", "未能呼出", "Not put through"),
)
# It may be ringing: nothing else is dialled for this conversation.
MAY_RING = frozenset({DialState.BEGUN, DialState.UNKNOWN, DialState.ACCEPTED, DialState.RINGING, DialState.ANSWERED})

_S = DialState
# What is reported of either leg of a call, how far along it is, and what it makes of ours. The colleague's telephone
# rings first; only the customer's leg says whether the customer was reached.
_REPORTS: dict[str, tuple[int, DialState]] = {
    "agent:queued": (10, _S.ACCEPTED),
    "agent:initiated": (12, _S.ACCEPTED),
    "agent:ringing": (14, _S.ACCEPTED),
    "agent:in-progress": (16, _S.ACCEPTED),
    "customer:initiated": (20, _S.ACCEPTED),
    "customer:ringing": (30, _S.RINGING),
    "customer:in-progress": (40, _S.ANSWERED),
    "agent:busy": (80, _S.FAILED),
    "agent:no-answer": (80, _S.FAILED),
    "agent:canceled": (80, _S.FAILED),
    "agent:failed": (80, _S.FAILED),
    "agent:completed": (80, _S.ENDED),
    "customer:completed": (90, _S.ENDED),
    "customer:busy": (90, _S.UNREACHED),
    "customer:no-answer": (90, _S.UNREACHED),
    "customer:canceled": (90, _S.UNREACHED),
    "customer:failed": (90, _S.UNREACHED),
}


def rank(report: str) -> int:
    """Return how far along a reported status is; one nobody knows ranks below all others."""
    return _REPORTS[report][0] if report in _REPORTS else -1


def state_reported(report: str) -> DialState | None:
    """Return what a reported status makes of a call, or None for one nobody knows."""
    return _REPORTS[report][1] if report in _REPORTS else None


# What a call that did not reach the customer is closed as; the colleague confirms it.
OUTCOMES = {"customer:busy": "busy", "customer:no-answer": "no_answer", "customer:failed": "blocked"}
