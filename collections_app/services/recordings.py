"""Recordings of calls: what the bank's recording system holds of them, and how long."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain import recordings as rules
from collections_app.domain.recordings import Found
from collections_app.models import Conversation, Customer, Recording
from collections_app.services import records
from collections_app.services.errors import RefusedError

ACTION = "call.close"


@transaction.atomic(durable=True)
def state(
    *, conversation_id: int, found: Found, actor: records.Actor, seen_version: int | None, now: datetime
) -> Recording:
    """Record where the recording of a call lies, when it was not known at its end."""
    row = Conversation.objects.filter(id=conversation_id).values_list("customer_id", flat=True).first()
    if row is None:
        raise RefusedError("no_such_call")
    customer = records.lock(customer_id=row, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="recording.state")
    records.check_may(actor=actor, action=ACTION)
    conversation = Conversation.objects.get(id=conversation_id)
    return state_within(customer=customer, conversation=conversation, found=found, actor=actor, now=now)


def state_within(
    *, customer: Customer, conversation: Conversation, found: Found, actor: records.Actor, now: datetime
) -> Recording:
    """Record it on a record the caller has locked. Without a day it is kept as long as it must be at least.

    Raise RefusedError for a reference nobody could use as evidence.
    """
    called_on = conversation.started_at.astimezone(ZoneInfo(customer.time_zone)).date()
    wrong = rules.problem(found, called_on=called_on)
    if wrong:
        raise RefusedError(wrong, least=rules.least_kept_until(called_on=called_on))
    recording = Recording.objects.create(
        customer=customer,
        conversation=conversation,
        call_id=found.call_id.strip(),
        sha256=found.sha256.strip().lower(),
        kept_until=found.kept_until or rules.least_kept_until(called_on=called_on),
        stated_by=actor.staff,
        stated_at=now,
    )
    _append(customer, recording, actor, now)
    return recording


def keep_until_within(
    *, customer: Customer, recording: Recording, settled_on: date, actor: records.Actor, now: datetime
) -> Recording:
    """Keep a recording at least until what it agreed is settled, by one more row if need be; return what holds."""
    called_on = recording.conversation.started_at.astimezone(ZoneInfo(customer.time_zone)).date()
    least = rules.least_kept_until(called_on=called_on, settled_on=settled_on)
    if recording.kept_until >= least:
        return recording
    longer = Recording.objects.create(
        customer=customer,
        conversation=recording.conversation,
        call_id=recording.call_id,
        sha256=recording.sha256,
        kept_until=least,
        stated_by=actor.staff,
        stated_at=now,
    )
    _append(customer, longer, actor, now)
    return longer


def _append(customer: Customer, recording: Recording, actor: records.Actor, now: datetime) -> None:
    records.append(
        customer=customer,
        kind="recording.stated",
        actor=actor,
        now=now,
        payload={
            "recording": recording.id,
            "conversation": recording.conversation_id,
            "sha256": recording.sha256,
            "kept_until": recording.kept_until.isoformat(),
        },
    )
