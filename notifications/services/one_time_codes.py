"""Sending one-time codes: by a lane of their own, at once, to the customer's own number."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.access import ONE_TIME_CODE_LIVES, CodePurpose
from collections_app.models import OneTimeCode
from collections_app.services import records, wake
from collections_app.services.errors import RefusedError
from notifications.domain.kinds import Kind
from notifications.models import Message
from notifications.services.messages import enqueue_within


@transaction.atomic(durable=True)
def send(*, code_id: int, now: datetime) -> Message:
    """Queue the message of a code that was asked for, and wake its lane; one that is queued already is not again.

    What the text says the code does is what it does. Raise RefusedError for a code that ended.
    """
    customer_id = OneTimeCode.objects.filter(pk=code_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_code")
    customer = records.lock(customer_id=customer_id, now=now)
    code = OneTimeCode.objects.get(pk=code_id)
    message = None
    if code.ended_at is None:
        kind = Kind.ONE_TIME_CODE if code.purpose == CodePurpose.ENTRY else Kind.SIGNING_CODE
        reference = f"code:{code.pk}"
        message = enqueue_within(
            customer=customer, kind=kind, account=None, now=now, subject_id=code.pk,
            reference=reference, expires_at=code.asked_at + ONE_TIME_CODE_LIVES,
        ) or Message.objects.filter(customer=customer, kind=kind, reference=reference).first()  # fmt: skip
    if message is None:
        raise RefusedError("no_such_code")
    wake.soon("notifications.send_codes")
    return message
