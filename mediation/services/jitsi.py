"""The way into a Jitsi Meet, where a bank uses one instead of the own video room: a signed, passing address."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from django.conf import settings
from django.utils.crypto import salted_hmac

from mediation.models import Session

# So long after the planned end the address still opens.
OPEN_AFTER_END = timedelta(hours=2)


def in_use() -> bool:
    """Return whether video is held in a Jitsi Meet here."""
    return bool(settings.JITSI_URL)


def address(*, session: Session, name: str, host: bool, now: datetime) -> str:
    """Return where one person enters a session's room. Nobody guesses the room; nobody enters without the signature.

    Who holds the session is the moderator, who admits the others from Jitsi's own lobby.
    """
    room = "onecase-" + salted_hmac("mediation.jitsi", str(session.pk), algorithm="sha256").hexdigest()[:32]
    claims = {
        "aud": settings.JITSI_APP,
        "iss": settings.JITSI_APP,
        "sub": urlsplit(settings.JITSI_URL).hostname,
        "room": room,
        "nbf": int((now - timedelta(minutes=1)).timestamp()),
        "exp": int((max(now, session.ends_at) + OPEN_AFTER_END).timestamp()),
        "moderator": host,
        "context": {"user": {"name": name, "moderator": host, "affiliation": "owner" if host else "member"}},
    }
    return f"{settings.JITSI_URL}/{room}?jwt={jwt.encode(claims, settings.JITSI_SECRET, algorithm='HS256')}"
