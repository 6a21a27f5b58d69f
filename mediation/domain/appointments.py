"""A session as an entry of somebody's calendar: neutral in its words, stable in its identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

# Each session of the talks takes so many numbers of the sequence: as announced, as begun, as closed.
STEPS = 3
_STEP_OF = {"scheduled": 0, "in_session": 1}


@dataclass(frozen=True, slots=True)
class Appointment:
    """One entry. ``uid`` stays what it is when the date moves, ``sequence`` rises with every change.

    ``organiser`` and ``attendee`` are addresses as a calendar takes them, ``mailto:`` or another; ``zone`` names the
    time zone it is written in.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    description: str
    location: str
    organiser: str
    organiser_name: str
    attendee: str
    cancelled: bool
    changed_at: datetime


def sequence_of(*, sessions: Sequence[int], session: int, state: str, places: int = 0) -> int:
    """Return the number of a session's present state among all there were of these talks, which never falls.

    ``sessions`` are the keys of all sessions of the talks, ``session`` is one of them; ``places`` is how often a place
    was stated by hand for it and for those before.
    """
    return sorted(sessions).index(session) * STEPS + _STEP_OF.get(state, STEPS - 1) + places
