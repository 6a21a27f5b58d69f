"""What a mail that came back says: that an address takes none (RFC 3464), or that somebody wants no more of them."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message as Mail

_ATTEMPT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_STOP = re.compile(r"unsubscribe|退订", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that was not delivered: which attempt, the server's status, and whether it is so for good."""

    attempt: str
    status: str

    @property
    def for_good(self) -> bool:
        """Whether no further try will get through (5.x.x)."""
        return self.status.startswith("5")

    @property
    def no_such_address(self) -> bool:
        """Whether the address itself is wrong (x.1.x), and not its mailbox full or the text refused."""
        return self.status.split(".")[1] == "1"


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody who got a mail of ours wants no more."""

    attempt: str


def read(raw: bytes) -> Bounce | Stop | None:
    """Return what a mail says of one of ours, or None for any other mail."""
    mail: Mail = message_from_bytes(raw, policy=policy.default)
    if mail.get_content_type() == "multipart/report":
        return _bounce(mail)
    subject = str(mail.get("Subject", ""))
    named = _ATTEMPT.search(subject)
    return Stop(named[0]) if named and _STOP.search(subject) else None


def _bounce(mail: Mail) -> Bounce | None:
    status = attempt = ""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            found = [_STATUS.search(str(fields.get("Status", ""))) for fields in _groups(part)]
            status = next((match[1] for match in found if match), status)
        elif part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            named = _ATTEMPT.search(_message_id(part))
            attempt = named[0] if named else attempt
    return Bounce(attempt, status) if status and attempt else None


def _groups(part: Mail) -> list[Mail]:
    payload = part.get_payload()
    return [group for group in payload if isinstance(group, Mail)] if isinstance(payload, list) else []


def _message_id(part: Mail) -> str:
    """The name we gave the mail, in the copy of it or of its head that the report carries."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return str(payload[0].get("Message-ID", "")) if isinstance(payload[0], Mail) else ""
    head = message_from_bytes(part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
    return str(head.get("Message-ID", ""))
