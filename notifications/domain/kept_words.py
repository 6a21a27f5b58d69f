"""What is kept of a text: all of it, but of a one-time code dots in its place. Found again by that at a provider."""

import re
from hashlib import sha256

from collections_app.domain.access import ONE_TIME_DIGITS

_DOTS = "•" * ONE_TIME_DIGITS
_CODE = re.compile(rf"(?=(\d{{{ONE_TIME_DIGITS}}}))")


def kept(body: str, code: str) -> str:
    """Return a text as it is kept, without the code in it."""
    return body.replace(code, _DOTS) if code else body


def digest(body: str) -> str:
    """Return the SHA-256 of what is kept of a text."""
    return sha256(body.encode()).hexdigest()


def are_of(body: str, body_sha256: str) -> bool:
    """Return whether a text is the one of which that SHA-256 is kept, whichever code stands in it."""
    codes = {"", *_CODE.findall(body)}
    return any(digest(kept(body, code)) == body_sha256 for code in codes)
