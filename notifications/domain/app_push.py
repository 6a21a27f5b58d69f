"""The contract with the bank's push gateway: how a call is signed, and what its states mean (docs/bank-app.md)."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

# A signature is good for so long: what is replayed later changes nothing anyway, and is not even looked at.
SIGNED_FOR = timedelta(minutes=5)

# What the gateway says of a push, in the words the queue knows.
STATES = {"accepted": "accepted", "sent": "sent", "delivered": "delivered", "opened": "read", "expired": "undelivered",
          "unreachable": "undelivered", "refused": "undelivered"}  # fmt: skip
# The device is gone, or its owner has turned pushes off: nothing more goes there until the bank names another.
GONE = "device_gone"
TURNED_OFF = "turned_off"


def signature(path: str, body: bytes, *, key: str, at: datetime) -> str:
    """Return the header of a signed call: the seconds it was signed at, and HMAC-SHA-256 over them, path and body."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_digest(seconds, path, body, key)}"


def is_signed(path: str, body: bytes, header: str, *, keys: Iterable[str], now: datetime) -> bool:
    """Return whether a header is the signature of a call by one of the keys, made just now."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    seconds, given = parts.get("t", ""), parts.get("v1", "")
    if not seconds.isdecimal() or len(seconds) > 12 or not given.isascii():
        return False
    if abs(now.timestamp() - int(seconds)) > SIGNED_FOR.total_seconds():
        return False
    return any(hmac.compare_digest(_digest(seconds, path, body, key), given) for key in keys if key)


def _digest(seconds: str, path: str, body: bytes, key: str) -> str:
    return hmac.new(key.encode(), f"{seconds}.{path}.".encode() + body, hashlib.sha256).hexdigest()
