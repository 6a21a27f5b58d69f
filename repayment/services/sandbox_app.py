"""What the bank's app does on its server, played in demo and tests: it signs who is signed in there."""

import secrets
from datetime import datetime

from collections_app.domain import app_entry as rules
from collections_app.services import app_entry


def hand_over(*, customer_no: str, to: str, now: datetime, device: str = "") -> dict[str, str]:
    """Return the signed fields of a hand-over that is good for a minute, from a device if one is named."""
    made = int(now.timestamp())
    fields = {
        "v": "1",
        "kid": app_entry.SANDBOX_KEY,
        "aud": app_entry.audience(),
        "sub": customer_no,
        "iat": str(made),
        "exp": str(made + int(rules.LONGEST.total_seconds())),
        "nonce": secrets.token_urlsafe(24),
        "to": to,
        **({rules.DEVICE: device} if device else {}),
    }
    return rules.sign(fields, key=app_entry.sandbox_key())
