"""Reading the mails that come back: an address that takes none goes bad, and who wants no more gets none."""

import logging
from datetime import datetime
from imaplib import IMAP4
from mailbox import Error as MailboxError
from uuid import UUID

from notifications.domain.outcomes import ErrorClass, Report
from notifications.domain.returned_mail import Bounce, Stop, read
from notifications.models import Message
from notifications.providers.email import mailbox
from notifications.services import receipts, unsubscribing
from notifications.services.routing import EMAIL_PROVIDER

_log = logging.getLogger(__name__)


def read_all(*, now: datetime) -> int:
    """Read what has come back, each mail in its own transaction, and return how many said something of ours."""
    told = 0
    try:
        with mailbox.returned() as mails:
            for raw in mails:
                told += take(raw=raw, now=now)
    except (OSError, IMAP4.error, MailboxError) as error:
        _log.warning("the mailbox of returned mails cannot be read: %s", error)
    return told


def take(*, raw: bytes, now: datetime) -> bool:
    """Take in one mail, and return whether it changed anything. Taking it in again changes nothing."""
    try:
        said = read(raw)
    except Exception as error:  # noqa: BLE001  anybody may write to that mailbox, and in whatever form
        # One such mail keeps back no other.
        _log.warning("a mail in the box of returned ones cannot be read: %s", type(error).__name__)
        return False
    if isinstance(said, Stop):
        return unsubscribing.stop(attempt=UUID(said.attempt), now=now)
    if not isinstance(said, Bounce) or not said.for_good:
        return False
    report = Report(said.attempt, "undelivered", said.status, _class_of(said))
    return receipts.receive(provider_code=EMAIL_PROVIDER, report=report, attempt=said.attempt, now=now)


def _class_of(said: Bounce) -> ErrorClass:
    """Return what follows: an address is bad only where the server says so of the one we wrote to."""
    if said.may_pass:
        return ErrorClass.TRANSIENT
    if said.no_such_address:
        row = Message.objects.filter(attempt=UUID(said.attempt), provider=EMAIL_PROVIDER).only("number").first()
        if row is not None and said.is_about(row.number):
            return ErrorClass.NUMBER
    return ErrorClass.CONTENT
