"""A session by telephone: whose telephones are bridged, how far each is, and what becomes of a recording."""

from collections.abc import Mapping
from dataclasses import dataclass

from collections_app.domain.terms import TermList
from mediation.domain.people.roles import EXPERT_ROLES
from mediation.domain.rooms import SEAT_KINDS, SeatKind
from notifications.domain.dials import DialState

# Hours and minutes of one session at most, in minutes.
LONGEST_MINUTES = 600

TELEPHONE_OUTCOMES = TermList(
    ("spoken", "已通话", "Spoken with the customer"),
    ("no_answer", "无人接听", "Nobody answered"),
    ("somebody_else", "非本人接听", "Somebody else answered"),
    ("broke_off", "通话中断", "The call broke off"),
    ("declined", "客户不愿继续", "The customer did not want to go on"),
)

# As what somebody takes part by telephone: of a panel each role by itself, for each has a telephone of its own.
CALLERS = TermList(*((term.code, term.zh, term.en) for term in (*SEAT_KINDS.values(), *EXPERT_ROLES.values())))

_S = DialState
# What is reported of one leg, how far along it is, and what it makes of ours. A provider calls the leg it was asked
# for the agent's.
_REPORTS: Mapping[str, tuple[int, DialState]] = {
    "agent:queued": (10, _S.ACCEPTED),
    "agent:initiated": (12, _S.ACCEPTED),
    "agent:ringing": (20, _S.RINGING),
    "agent:in-progress": (30, _S.ANSWERED),
    "agent:busy": (90, _S.UNREACHED),
    "agent:no-answer": (90, _S.UNREACHED),
    "agent:canceled": (90, _S.UNREACHED),
    "agent:failed": (90, _S.FAILED),
    "agent:completed": (90, _S.ENDED),
}


def rank(report: str) -> int:
    """Return how far along a reported status is; one nobody knows ranks below all others."""
    return _REPORTS[report][0] if report in _REPORTS else -1


def state_reported(report: str) -> DialState | None:
    """Return what a reported status makes of a leg, or None for one nobody knows."""
    return _REPORTS[report][1] if report in _REPORTS else None


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Who must agree before a session is recorded, by rule pack, and on what that rests.

    ``everybody``: each who takes part; otherwise nobody is recorded at all.
    """

    pack: str
    everybody: bool
    source: str
    verified: bool


def why_not_recorded(rule: RecordingRule, *, taking_part: frozenset[str], agreed: frozenset[str]) -> str:
    """Return the code of what forbids a recording, or an empty text."""
    if not rule.everybody:
        return "recording_not_allowed"
    return "" if taking_part <= agreed else "recording_without_consent"


def taking_part(*, mediator: bool, panel: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return who takes part in a session by telephone: both parties, the mediator where there is one, and the panel.

    ``panel`` are the roles of those who have accepted their seats.
    """
    parties = {SeatKind.CUSTOMER.value, SeatKind.REPRESENTATIVE.value}
    return frozenset(parties | {SeatKind.MEDIATOR.value} | panel) if mediator else frozenset(parties)
