"""The way into a Jitsi Meet, where a bank uses one instead of the own video room: a signed, passing address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from django.conf import settings
from django.utils.crypto import salted_hmac

from collections_app.models import Staff
from mediation.domain.rooms import pass_ends
from mediation.domain.states import SessionState
from mediation.models import Session

# The clocks of two machines differ by less.
SKEW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Way:
    """One person's way into a session's room. The address is empty outside of its hours, which open at a moment."""

    address: str
    opens_at: datetime
    over: bool


def way(*, session: Session, staff: Staff | None, host: bool, now: datetime) -> Way | None:
    """Return the way into a session's room for one person, the customer (None) or staff; None without a Jitsi Meet.

    Nobody guesses the room; nobody enters without the signature, and it is good for this person and this room, from
    shortly before the session to shortly after it (``ONECASE_JITSI_OPEN_BEFORE``, ``ONECASE_JITSI_OPEN_AFTER``). Who
    holds the session is the moderator, who admits the others from Jitsi's own lobby.
    """
    if not settings.JITSI_URL:
        return None
    opens_at = session.starts_at - settings.JITSI_OPEN_BEFORE
    ends = pass_ends(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        under_way=session.state == SessionState.IN_SESSION,
        now=now,
        before=settings.JITSI_OPEN_BEFORE,
        after=settings.JITSI_OPEN_AFTER,
    )
    address = _address(session, staff, host=host, now=now, ends=ends) if ends is not None else ""
    return Way(address, opens_at, over=ends is None and now >= session.starts_at)


def _address(session: Session, staff: Staff | None, *, host: bool, now: datetime, ends: datetime) -> str:
    room = f"onecase-{_nameless(str(session.pk))}"
    user = {
        "id": _nameless(f"{session.pk}:{staff.pk if staff else 'customer'}"),
        "name": staff.name if staff else session.customer.name,
        "moderator": host,
        "affiliation": "owner" if host else "member",
    }
    claims = {
        "aud": settings.JITSI_APP,
        "iss": settings.JITSI_APP,
        "sub": urlsplit(settings.JITSI_URL).hostname,
        "room": room,
        "nbf": int((now - SKEW).timestamp()),
        "exp": int(ends.timestamp()),
        "moderator": host,
        "context": {"user": user},
    }
    return f"{settings.JITSI_URL}/{room}?jwt={jwt.encode(claims, settings.JITSI_SECRET, algorithm='HS256')}"


def _nameless(of: str) -> str:
    """Return what nobody guesses and what names nobody; the same each time."""
    return salted_hmac("mediation.jitsi", of, algorithm="sha256").hexdigest()[:32]
