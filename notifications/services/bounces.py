"""Reading the mails that come back: an address that takes none goes bad, and who wants no more gets none."""

import logging
from contextlib import suppress
from datetime import datetime
from imaplib import IMAP4

from django.db import transaction

from collections_app.domain.purposes import Channel
from collections_app.services import derivation, holds, records
from collections_app.services.errors import RefusedError
from notifications.domain.outcomes import ErrorClass, Report
from notifications.domain.returned_mail import Bounce, Stop, read
from notifications.models import Message
from notifications.providers.email import mailbox
from notifications.services import receipts
from notifications.services.routing import EMAIL_PROVIDER

_log = logging.getLogger(__name__)


def read_all(*, now: datetime) -> int:
    """Read what has come back, each mail in its own transaction, and return how many said something of ours."""
    told = 0
    try:
        with mailbox.returned() as mails:
            for raw in mails:
                told += take(raw=raw, now=now)
    except (OSError, IMAP4.error) as error:
        _log.warning("the mailbox of returned mails cannot be read: %s", error)
    return told


def take(*, raw: bytes, now: datetime) -> bool:
    """Take in one mail, and return whether it changed anything. Taking it in again changes nothing."""
    said = read(raw)
    if isinstance(said, Stop):
        return _stop(attempt=said.attempt, now=now)
    if not isinstance(said, Bounce) or not said.for_good:
        return False
    report = Report(
        said.attempt, "undelivered", said.status, ErrorClass.NUMBER if said.no_such_address else ErrorClass.CONTENT
    )
    return receipts.receive(provider_code=EMAIL_PROVIDER, report=report, attempt=said.attempt, now=now)


@transaction.atomic(durable=True)
def _stop(*, attempt: str, now: datetime) -> bool:
    """Keep that the customer wants no more e-mails; what the law and their own acts call for still reaches them."""
    found = Message.objects.filter(attempt=attempt, provider=EMAIL_PROVIDER).values_list("customer_id", flat=True)
    customer_id = found.first()
    if customer_id is None:
        return False
    customer = records.lock(customer_id=customer_id, now=now)
    with suppress(RefusedError):  # stopped already
        holds.place_within(
            customer=customer, kind="channel_stop", actor=records.CUSTOMER, now=now, channel=Channel.EMAIL.value
        )
        derivation.derive(customer=customer, now=now)
        return True
    return False
