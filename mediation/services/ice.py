"""Where browsers ask for their own address, and the passing credentials of a relay (TURN)."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

# Longer than a session lasts.
CREDENTIALS_LAST = timedelta(hours=6)


def servers(*, seat_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return the servers of a seat as RTCPeerConnection takes them; a relay's credentials end by themselves.

    User name and credential are made as coturn's ``use-auth-secret`` checks them: no account is kept anywhere.
    """
    found: list[dict[str, Any]] = []
    plain = [address for address in settings.ICE_SERVERS if address.startswith("stun")]
    relays = [address for address in settings.ICE_SERVERS if address.startswith("turn")]
    if plain:
        found.append({"urls": plain})
    if relays:
        user = f"{int((now + CREDENTIALS_LAST).timestamp())}:{seat_id}"
        # SHA-1 is what the protocol asks for; as an HMAC it holds.
        made = hmac.new(settings.TURN_SECRET.encode(), user.encode(), hashlib.sha1).digest()
        found.append({"urls": relays, "username": user, "credential": base64.b64encode(made).decode()})
    return found
