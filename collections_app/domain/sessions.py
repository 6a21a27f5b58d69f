"""How long a person stays signed in, and how long a password given to them holds."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

LAST_ACTIVE = "last_active"
SIGNED_IN = "signed_in_at"
# So long somebody has to sign in with a password that an administrator gave, and to choose their own.
GIVEN_PASSWORD_LASTS = timedelta(days=3)


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    LONG = "long"


def ended(session: Mapping[str, Any], *, now: float, idle_seconds: int, longest_seconds: int) -> Ended | None:
    """Return why a session is over at a moment (seconds since 1970), or None while it goes on.

    A session that has not been used yet has neither mark and goes on.
    """
    if now - session.get(SIGNED_IN, now) > longest_seconds:
        return Ended.LONG
    if now - session.get(LAST_ACTIVE, now) > idle_seconds:
        return Ended.IDLE
    return None
