"""The signed hand-over by which the bank's own app opens the customer's page.

The app's server signs who is signed in there; the page believes it once, for a minute. What is signed is every field
except ``sig``, sorted by name, as ``name=value`` lines under a first line of its own: no value can be moved to another
name, none added or left out, and nothing else the same key signs can be played here.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from collections_app.domain.access import Refusal

HEADING = "onecase app entry"
SIG = "sig"
LONGEST = timedelta(seconds=60)
CLOCKS_DIFFER = timedelta(seconds=5)
# Where a hand-over may lead, by the name of the page.
TARGETS = ("account", "preferences", "complaint", "arrangements")
_FORMS = {
    "v": re.compile("1"),
    "kid": re.compile(r"[A-Za-z0-9_.-]{1,32}"),
    "aud": re.compile(r"https?://[!-~]{1,200}"),
    "sub": re.compile(r"[A-Za-z0-9_-]{1,32}"),
    "iat": re.compile(r"[0-9]{10,11}"),
    "exp": re.compile(r"[0-9]{10,11}"),
    "nonce": re.compile(r"[A-Za-z0-9_-]{22,64}"),
    "to": re.compile("|".join(TARGETS)),
    SIG: re.compile(r"[A-Za-z0-9_-]{86}"),
}
FIELDS = frozenset(_FORMS)
# On which device its customer is signed in, as the bank names it to OneCase; to be given once one has been signed out.
DEVICE = "device"
_MAY = {DEVICE: re.compile("[!-~]{1,128}")}


def signed_bytes(fields: Mapping[str, str]) -> bytes:
    """Return what is signed of a hand-over."""
    lines = [f"{name}={fields[name]}" for name in sorted(fields) if name != SIG]
    return "\n".join([HEADING, *lines]).encode()


def sign(fields: Mapping[str, str], *, key: Ed25519PrivateKey) -> dict[str, str]:
    """Return the fields with their signature, as the app's server makes it."""
    return {**fields, SIG: base64.urlsafe_b64encode(key.sign(signed_bytes(fields))).decode().rstrip("=")}


def public_key(text: str) -> Ed25519PublicKey:
    """Return a public key of 32 bytes in base64. Raise ValueError when it is none."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError("a key is 32 bytes in base64") from error


def fault(
    fields: Mapping[str, str], *, keys: Mapping[str, Ed25519PublicKey], audience: str, now: datetime
) -> Refusal | None:
    """Return why a hand-over is not to be believed, or None. Whether it was used before is not known here."""
    forms = _FORMS | {name: form for name, form in _MAY.items() if name in fields}
    if fields.keys() != forms.keys() or not all(form.fullmatch(fields[name]) for name, form in forms.items()):
        return Refusal.APP_MALFORMED
    key = keys.get(fields["kid"])
    try:
        if key is None:
            return Refusal.APP_SIGNATURE
        key.verify(base64.urlsafe_b64decode(fields[SIG] + "=="), signed_bytes(fields))
    except InvalidSignature:
        return Refusal.APP_SIGNATURE
    if fields["aud"] != audience:
        return Refusal.APP_AUDIENCE
    made, ends = (datetime.fromtimestamp(int(fields[name]), UTC) for name in ("iat", "exp"))
    if ends - made > LONGEST or made > now + CLOCKS_DIFFER or ends <= now:
        return Refusal.APP_STALE
    return None
