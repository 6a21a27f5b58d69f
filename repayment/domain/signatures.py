"""Signed fields between OneCase and a gateway: HMAC-SHA256 over a canonical form, with a time stamp.

The canonical form is every field except ``sign``, sorted by name, as ``name=value`` lines: no value can be
moved to another name, none added or left out. Values carry no line break.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

SIGN = "sign"
STAMP = "timestamp"
# A gateway may repeat a notification for a while; what is older was recorded by somebody and is played back.
OLDEST = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(minutes=2)


def canonical(fields: Mapping[str, str]) -> bytes:
    """Return the bytes that are signed. Raise ValueError when a name or value could be read in two ways."""
    for name, value in fields.items():
        if "\n" in name or "\n" in value or "=" in name:
            raise ValueError("a signed field has a line break, or an equals sign in its name")
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != SIGN).encode()


def signature(fields: Mapping[str, str], *, key: bytes) -> str:
    """Return the signature of fields in hexadecimal."""
    return hmac.new(key, canonical(fields), sha256).hexdigest()


def sign(fields: Mapping[str, str], *, key: bytes, at: datetime) -> dict[str, str]:
    """Return the fields with a time stamp and their signature."""
    stamped = {**fields, STAMP: at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {**stamped, SIGN: signature(stamped, key=key)}


def fault(fields: Mapping[str, str], *, key: bytes, now: datetime, oldest: timedelta = OLDEST) -> str:
    """Return why signed fields are not to be believed: ``bad_signature`` or ``stale``; empty when they are."""
    try:
        expected = signature(fields, key=key)
    except ValueError:
        return "bad_signature"
    if not hmac.compare_digest(expected.encode(), fields.get(SIGN, "").encode()):
        return "bad_signature"
    try:
        at = datetime.strptime(fields.get(STAMP, ""), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return "stale"
    return "" if now - oldest <= at <= now + CLOCKS_DIFFER else "stale"
