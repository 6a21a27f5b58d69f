"""What the on-screen phone shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notifications.models import Message, Reply, SandboxInbox
from notifications.selectors import replies

MOST_CONVERSATIONS = 60
MOST_MESSAGES = 60
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: words, or an address that opens when touched."""

    text: str
    link: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """One number in the list, with its newest message."""

    token: str
    number: str
    newest: SandboxInbox


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose number it is, and what they would type to prove it: the phone's user plays this customer."""

    customer_no: str
    id_tail: str


def pieces(body: str) -> list[Piece]:
    """Return a text cut at its links, as a handset would underline them."""
    found, end = [], 0
    for match in _LINK.finditer(body):
        if match.start() > end:
            found.append(Piece(body[end : match.start()], link=False))
        found.append(Piece(match[0], link=True))
        end = match.end()
    if end < len(body):
        found.append(Piece(body[end:], link=False))
    return found


def conversations() -> list[Conversation]:
    """Return the numbers that received anything, the latest first."""
    newest = SandboxInbox.objects.order_by("number_token", "-received_at", "-id").distinct("number_token")
    rows = SandboxInbox.objects.filter(pk__in=newest.values("pk")).order_by("-received_at", "-id")
    return [Conversation(row.number_token, row.number, row) for row in rows[:MOST_CONVERSATIONS]]


def messages(token: str) -> Sequence[SandboxInbox]:
    """Return the messages of one number, oldest first."""
    rows = SandboxInbox.objects.filter(number_token=token).order_by("-received_at", "-id")
    return list(reversed(rows[:MOST_MESSAGES]))


def thread(texts: Sequence[SandboxInbox], *, number: str) -> list[tuple[SandboxInbox | Reply, list[Piece], bool]]:
    """Return both sides of a conversation by time: each text, cut at its links, and whether the handset sent it."""
    answers = replies.of_number(number, most=MOST_MESSAGES)
    both: list[tuple[SandboxInbox | Reply, list[Piece], bool]] = [(row, pieces(row.body), False) for row in texts]
    both += [(row, [Piece(row.body, link=False)], True) for row in answers]
    return sorted(both, key=lambda item: (item[0].received_at, item[2]))


def owner(texts: Sequence[SandboxInbox]) -> Owner | None:
    """Return the customer the newest of these messages was sent to; None when OneCase did not send them."""
    sent = Message.objects.filter(provider_id__in=[row.provider_id for row in texts])
    message = sent.select_related("customer").order_by("-id").first()
    return Owner(message.customer.customer_no, message.customer.id_number[-4:]) if message else None
