"""The mailbox that returned mails come back to: a maildir, or a folder of an IMAP server."""

import imaplib
import mailbox
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

MOST_AT_ONCE = 100
_SECONDS = 20


@contextmanager
def returned() -> Iterator[Iterator[bytes]]:
    """Give the mails that have come back, each raw; whoever asks for the next has dealt with the one before.

    What has been dealt with is taken out of the mailbox; after a crash it is read again, which changes nothing twice.
    Nothing is given where no mailbox is set up.
    """
    place = urlsplit(settings.MESSAGES_EMAIL_RETURNED)
    if place.scheme == "maildir":
        yield _of_maildir(place.path)
    elif place.scheme == "imaps":
        client = imaplib.IMAP4_SSL(place.hostname or "", place.port or 993, timeout=_SECONDS)
        try:
            client.login(unquote(place.username or ""), unquote(place.password or ""))
            _checked(client.select(unquote(place.path.strip("/")) or "INBOX"))
            yield _of_imap(client)
            client.expunge()
        finally:
            client.logout()
    else:
        yield iter(())


def _of_maildir(path: str) -> Iterator[bytes]:
    box = mailbox.Maildir(path, create=False)
    for key in sorted(box.keys())[:MOST_AT_ONCE]:
        try:
            raw = box.get_bytes(key)
        except KeyError:
            continue  # taken away by another since the box was listed
        yield raw
        box.discard(key)


def _of_imap(client: imaplib.IMAP4_SSL) -> Iterator[bytes]:
    [found] = _checked(client.search(None, "UNDELETED"))
    for number in (found or b"").split()[:MOST_AT_ONCE]:
        status, parts = client.fetch(number.decode(), "(RFC822)")
        if status != "OK":
            continue  # what was not handed out is not dealt with, and keeps back no other
        yield from (part[1] for part in parts if isinstance(part, tuple))
        client.store(number.decode(), "+FLAGS", "\\Deleted")


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return what an IMAP server answered. Raise IMAP4.error when it refused, which the library leaves to us."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the server answered {status}")
    return data
