"""Putting messages into the queue, and taking them out again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from collections_app.models import Account, Customer, Staff
from collections_app.services import feed, records
from notifications.domain.kinds import KINDS
from notifications.domain.lifecycle import GONE_OUT, WAITING, MessageState
from notifications.models import Message
from notifications.services import waking


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
    by_channels: Sequence[str] = (),
    step_of: Message | None = None,
) -> Message | None:
    """Queue one message of a record the caller has locked; return None when the same one is already there.

    ``about_on`` is the day it is about (default: the customer's today), ``reference`` what it came with
    (``mediation:17``), ``subject_id`` the promise, payment or instalment it speaks of, ``payload`` what its
    text names and the record does not hold (``org``, ``meeting``), ``asked_by`` the colleague at whose request, who
    may be on the line with the customer, ``by_channels`` those of its kind's channels it may go by (all without),
    ``step_of`` the planned message it goes in place of. Number and text are taken when it is sent.
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
        by_channels=",".join(by_channels),
        step=step_of.step if step_of else None,
        step_on=step_of.step_on if step_of else None,
        planned_at=now,
        due_at=due,
        expires_at=expires_at or datetime.combine(last_day, time.min, tzinfo=zone),
        provider=customer.branch.sms_provider,
        lane=customer.branch_id,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    feed.wake_boards()
    if message.priority and due <= now:
        waking.wake_within()
    return Message.objects.filter(attempt=message.attempt).first()


def asked_for_within(*, customer: Customer, message: Message, actor: records.Actor, now: datetime) -> None:
    """Write into the history of a record the caller has locked that a person queued a message.

    Every open screen of the record shows it, and whoever has not seen it is told before they write to the customer too.
    """
    records.append(
        customer=customer, kind="message.asked", actor=actor, now=now, account_id=message.account_id,
        payload={"message": message.pk, "kind": message.kind},
    )  # fmt: skip


def cancel_later_rounds_within(*, message: Message, now: datetime) -> int:
    """Cancel what waits in place of a planned message that was let go and has gone out after all; return how many.

    The caller has locked the record and the message. What a provider may already have is not touched.
    """
    names = ("customer_id", "account_id", "kind", "reference", "about_on", "step", "step_on")
    same = {name: getattr(message, name) for name in names}
    later = Message.objects.filter(**same, round__gt=message.round, state__in=WAITING)
    return later.update(state=MessageState.CANCELLED, reason="went_out_before", ended_at=now)


def gone_out(*, customer: Customer, reference: str) -> bool:
    """Return whether the customer has, or may have, a message of a reference such as ``mediation:17`` or its parts."""
    same = Q(reference=reference) | Q(reference__startswith=f"{reference}:")
    return Message.objects.filter(same, customer=customer, state__in=GONE_OUT).exists()


def cancel_within(*, customer: Customer, reference: str, reason: str, now: datetime) -> int:
    """Cancel what still waits of a reference such as ``mediation:17``, and of its parts (``mediation:17:4``).


    The caller has locked the record. Return how many were cancelled. What a provider may already have is not touched.
    """
    same = Q(reference=reference) | Q(reference__startswith=f"{reference}:")
    waiting = Message.objects.filter(same, customer=customer, state__in=WAITING)
    return waiting.update(state=MessageState.CANCELLED, reason=reason[:40], ended_at=now)
