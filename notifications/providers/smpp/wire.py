"""How a worker and the process that holds the bind speak: one line of JSON each way over a local connection."""

import json
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

# The link gives up on a place in the window, and on the message centre, before the worker gives up on the link: a
# worker hears what came of it.
PLACE_WITHIN_SECONDS = 8.0
ANSWERED_WITHIN_SECONDS = 20.0
GIVEN_UP_AFTER_SECONDS = 30.0
# What the link says of a text for which the window had no place in time: it is with nobody.
WINDOW_FULL = "window_full"
LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Submission:
    """One text to be handed over, under the name of its attempt; the centre may try for ``valid_seconds``, if given."""

    attempt: str
    to: str
    body: str
    valid_seconds: int | None = None
    template: str = ""
    """The centre's own id of the text, where it approves texts."""


def secret() -> str:
    """Return what a worker of this installation proves itself by."""
    return salted_hmac("notifications.smpp", "link", algorithm="sha256").hexdigest()


def address() -> tuple[str, int]:
    """Return the host and port of the link. Raise ValueError when it is not configured."""
    host, _, port = settings.SMPP_LINK.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError("SMPP_LINK is host:port")
    return host, int(port)


def packed(values: dict[str, Any]) -> bytes:
    """Return one line."""
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def submission(line: bytes) -> Submission:
    """Return what a worker asks for. Raise ValueError or TypeError for a line that is none, or of somebody else."""
    given = json.loads(line)
    if not isinstance(given, dict) or not compare_digest(str(given.get("secret", "")), secret()):
        raise ValueError("no worker of ours")
    seconds = given.get("valid_seconds")
    return Submission(
        str(given["attempt"]),
        str(given["to"]),
        str(given["body"]),
        None if seconds is None else int(seconds),
        str(given.get("template", "")),
    )
