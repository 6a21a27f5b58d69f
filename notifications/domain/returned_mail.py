"""What a mail that came back says: that an address takes none (RFC 3464), or that somebody wants no more of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message as Mail

_ATTEMPT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_STOP = re.compile(r"unsubscribe|退订", re.IGNORECASE)
# A server that does not follow the standard of reports names at least the address it gave up (Exim, older gateways).
_GIVEN_UP, _NO_STATUS = "X-Failed-Recipients", "5.0.0"


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that was not delivered: which attempt, the server's status, what it did, and for which addresses.

    ``action`` is the server's word (failed, delayed, relayed …), empty where it says none. ``addresses`` are in small
    letters, as the server names them; empty where it names none.
    """

    attempt: str
    status: str
    action: str = ""
    addresses: frozenset[str] = frozenset()

    @property
    def for_good(self) -> bool:
        """Whether no further try is made: the server has given up, or says that none will get through (5.x.x)."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))

    @property
    def may_pass(self) -> bool:
        """Whether another mail may get through: what the server gave up was only busy, full or out of reach (4.x.x)."""
        return self.status.startswith("4")

    @property
    def no_such_address(self) -> bool:
        """Whether the address itself is wrong (5.1.x), and not its mailbox full or the text refused."""
        return self.status.startswith("5.1.")

    def is_about(self, address: str) -> bool:
        """Return whether it speaks of this address; what it was forwarded to is another's."""
        return not self.addresses or _ascii(address) in {_ascii(each) for each in self.addresses}


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody who got a mail of ours wants no more."""

    attempt: str


def read(raw: bytes) -> Bounce | Stop | None:
    """Return what a mail says of one of ours, or None for any other mail."""
    mail: Mail = message_from_bytes(raw, policy=policy.default)
    if mail.get_content_type() == "multipart/report":
        return _bounce(mail)
    if given_up := mail.get_all(_GIVEN_UP):
        # Its own head may hold names of its own that look like ours; what it brings back stands behind that.
        attempt = _named(_brought_back(raw)) or _named(_answers(mail))
        return Bounce(attempt, _NO_STATUS, "failed", _addresses(given_up)) if attempt else None
    subject = str(mail.get("Subject", ""))
    named = _ATTEMPT.search(subject)
    return Stop(named[0]) if named and _STOP.search(subject) else None


def _bounce(mail: Mail) -> Bounce | None:
    """Read a report's own parts: what stands in the mail it brings back may be a report too, about another's."""
    status = action = ""
    addresses: frozenset[str] = frozenset()
    # A report that brings nothing back may still say which mail it answers.
    attempt = _named(_answers(mail))
    for part in _groups(mail):
        if part.get_content_type() == "message/delivery-status":
            for fields in _groups(part):
                found = _STATUS.search(str(fields.get("Status", "")))
                done = str(fields.get("Action", "")).strip().lower()
                # Of several addresses, the one that failed counts before those it was passed on to.
                if found and (not status or (done == "failed" and action != "failed")):
                    status, action = found[1], done
                    addresses = _addresses([fields.get("Final-Recipient"), fields.get("Original-Recipient")])
        elif part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            attempt = _named(_message_id(part)) or attempt
    return Bounce(attempt, status, action, addresses) if status and attempt else None


def _ascii(address: str) -> str:
    """Return an address in small letters, its domain as servers write it (``xn--…``)."""
    name, at, domain = address.strip().lower().rpartition("@")
    try:
        return f"{name}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:  # no domain a server could have taken; it is compared as it stands
        return f"{name}{at}{domain}"


_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")


def _brought_back(raw: bytes) -> str:
    """Return what stands behind the head of a mail; of names in it, those in the head of ours that it brings back."""
    body = _HEAD_ENDS.split(raw, maxsplit=1)[1:]
    text = body[0].decode("latin-1") if body else ""
    ours = re.search(r"^Message-ID:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    return ours[1] if ours and _ATTEMPT.search(ours[1]) else text


def _answers(mail: Mail) -> str:
    return f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}"


def _named(words: str) -> str:
    found = _ATTEMPT.search(words)
    return found[0] if found else ""


def _addresses(fields: Iterable[object]) -> frozenset[str]:
    """Return the addresses in such fields as ``rfc822; x@mx.example``, in small letters."""
    each = (word for field in fields if field for word in str(field).rpartition(";")[2].split(","))
    return frozenset(word.strip(" <>").lower() for word in each if "@" in word)


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
