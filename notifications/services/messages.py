"""Putting messages into the queue, and taking them out again."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.promises import PENDING
from collections_app.models import Account, Customer, Promise, Staff
from collections_app.services import records
from collections_app.services.errors import RefusedError
from notifications.domain.kinds import KINDS, Kind
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.models import Message


def enqueue_within(
    *,
    customer: Customer,
    kind: str,
    account: Account | None,
    now: datetime,
    about_on: date | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    subject_id: int | None = None,
    reference: str = "",
    payload: Mapping[str, str] | None = None,
    asked_by: Staff | None = None,
) -> Message | None:
    """Queue one message of a record the caller has locked; return None when the same one is already there.

    ``about_on`` is the day it is about (default: the customer's today), ``reference`` what it came with
    (``mediation:17``), ``subject_id`` the promise, payment or instalment it speaks of, ``payload`` what its
    text names and the record does not hold (``org``, ``meeting``), ``asked_by`` the colleague at whose request, who
    may be on the line with the customer. Number and text are taken when it is sent.
    """
    row = KINDS[kind]
    zone = ZoneInfo(customer.time_zone)
    about = about_on or now.astimezone(zone).date()
    due = due_at or now
    last_day = max(due.astimezone(zone).date() + timedelta(days=row.valid_days), about)
    message = Message(
        customer=customer,
        account=account,
        kind=kind,
        purpose=row.purpose,
        about_on=about,
        reference=reference,
        subject_id=subject_id,
        payload=dict(payload or {}),
        state=MessageState.DUE if due <= now else MessageState.PLANNED,
        priority=row.priority,
        asked_by=asked_by,
        planned_at=now,
        due_at=due,
        expires_at=expires_at or datetime.combine(last_day, time.min, tzinfo=zone),
        provider=customer.branch.sms_provider,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.filter(attempt=message.attempt).first()


def cancel_within(*, customer: Customer, reference: str, reason: str, now: datetime) -> int:
    """Cancel what still waits of a reference such as ``mediation:17``; the caller has locked the record.

    Return how many were cancelled. What a provider may already have is not touched.
    """
    return Message.objects.filter(customer=customer, reference=reference, state__in=WAITING).update(
        state=MessageState.CANCELLED, reason=reason[:40], ended_at=now
    )


@transaction.atomic(durable=True)
def confirm_promise(*, promise_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Message:
    """Queue the written confirmation of a pending promise, at a person's request.

    Raise RefusedError when the promise is not pending or its confirmation is already on its way.
    """
    customer_id = Promise.objects.filter(pk=promise_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_promise")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="promise.redate")
    records.check_may(actor=actor, action="promise.take")
    promise = Promise.objects.select_related("account").get(pk=promise_id)
    if promise.state not in PENDING:
        raise RefusedError("promise_not_pending", state=promise.state)
    message = enqueue_within(
        customer=customer,
        kind=Kind.WRITTEN_CONFIRMATION,
        account=promise.account,
        now=now,
        about_on=promise.last_day,
        subject_id=promise.pk,
        reference=f"promise:{promise.pk}",
        asked_by=actor.staff,
    )
    if message is None:
        raise RefusedError("message_already_queued")
    return message
