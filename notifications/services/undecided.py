"""A message that was looked for and not found, after it had been sent again once: a person decides."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from collections_app.domain.purposes import Purpose
from collections_app.domain.typed import plain
from collections_app.models import Customer
from collections_app.services import contacts, handoffs, records
from collections_app.services.errors import RefusedError
from notifications.domain.lifecycle import MessageState
from notifications.models import Message
from notifications.services.acceptance import fail_within, lock_with_customers

# Why a message waits for a person, in the state ``unknown``: it counts against the customer's budget meanwhile.
UNDECIDED = "undecided"


def leave_within(*, customer: Customer, message: Message, now: datetime) -> None:
    """Leave a message of a locked record to a person, with a hand-off that says so; once.

    A code whose minutes are over is nobody's to decide: it opens nothing any more, wherever it went.
    """
    if message.reason == UNDECIDED:
        return
    if message.purpose == Purpose.OTP and now >= message.expires_at:
        fail_within(
            customer=customer, message=message, state=MessageState.FAILED_PERMANENT, reason="expired",
            error_code=message.error_code, now=now,
        )  # fmt: skip
        return
    message.reason = UNDECIDED
    message.save(update_fields=["reason"])
    handoffs.open_within(
        customer=customer,
        kind="other",
        actor=records.SYSTEM,
        now=now,
        account_id=message.account_id,
        text=gettext("Message %(number)s may or may not have gone out. Send it again, or leave it.")
        % {"number": message.pk},
    )


@transaction.atomic(durable=True)
def decide(*, message_id: int, resend: bool, reason: str, actor: records.Actor, now: datetime) -> Message:
    """Let a message be sent again, under a permit asked for anew, or leave it for good; kept with who and why.

    Raise RefusedError when it does not wait for anybody, NotAllowedError when the role may not.
    """
    customers, messages = lock_with_customers(message_ids=[message_id], now=now)
    records.check_may(actor=actor, action="told.correct")
    message = next(iter(messages), None)
    if message is None or message.state != MessageState.UNKNOWN or message.reason != UNDECIDED:
        raise RefusedError("message_not_undecided")
    if not plain(reason):
        raise RefusedError("reason_missing")
    customer = customers[message.customer_id]
    if resend:
        message.state, message.reason, message.due_at, message.lease_until = MessageState.DUE, "never_taken", now, None
        message.save(update_fields=["state", "reason", "due_at", "lease_until"])
        if message.contact_id:
            contacts.settle(contact_id=message.contact_id, state="failed", now=now)
    else:
        fail_within(
            customer=customer,
            message=message,
            state=MessageState.FAILED_PERMANENT,
            reason="left_alone",
            error_code=message.error_code,
            now=now,
        )
    records.append(
        customer=customer,
        kind="message.decided",
        actor=actor,
        now=now,
        account_id=message.account_id,
        payload={"message": message.pk, "kind": message.kind, "resend": resend},
        text=plain(reason),
    )
    return message
