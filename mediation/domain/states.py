"""States of talks and of their sessions, and the steps allowed between them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from collections_app.domain.terms import TermList

T = TypeVar("T", bound=StrEnum)


class MediationState(StrEnum):
    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    ENDED = "ended"


MEDIATION_STATES = TermList(
    ("proposed", "待排期", "Waiting for a date"),
    ("scheduled", "已排期", "Scheduled"),
    ("ended", "已结束", "Ended"),
)

_M = MediationState
# A session that is cancelled or missed sends the talks back to wait for another date.
MEDIATION_TRANSITIONS: dict[MediationState, frozenset[MediationState]] = {
    _M.PROPOSED: frozenset({_M.SCHEDULED, _M.ENDED}),
    _M.SCHEDULED: frozenset({_M.PROPOSED, _M.ENDED}),
    _M.ENDED: frozenset(),
}

OPEN_MEDIATION = frozenset({_M.PROPOSED, _M.SCHEDULED})


class SessionState(StrEnum):
    SCHEDULED = "scheduled"
    IN_SESSION = "in_session"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


SESSION_STATES = TermList(
    ("scheduled", "待召开", "To be held"),
    ("in_session", "进行中", "In session"),
    ("held", "已召开", "Held"),
    ("missed", "客户缺席", "Customer absent"),
    ("cancelled", "已取消", "Cancelled"),
)

_S = SessionState
SESSION_TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    _S.SCHEDULED: frozenset({_S.IN_SESSION, _S.MISSED, _S.CANCELLED}),
    _S.IN_SESSION: frozenset({_S.HELD, _S.CANCELLED}),
    _S.HELD: frozenset(),
    _S.MISSED: frozenset(),
    _S.CANCELLED: frozenset(),
}

# These hold the hours of a mediator and a representative; no two of them may overlap.
LIVE_SESSION = frozenset({_S.SCHEDULED, _S.IN_SESSION})

# So many sessions missed without a reason end the talks.
MOST_ABSENCES = 2


def steps(table: Mapping[T, frozenset[T]]) -> list[tuple[str, str]]:
    """Return the allowed steps as pairs, for the trigger that guards the column."""
    return [(old.value, new.value) for old, after in table.items() for new in sorted(after)]
