"""The lease of a call: renewed by heartbeats, given back by silence, signing out or leaving, and taken back."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.lines import RESUME_WITHIN, TransferState, lease_from, renewable_after
from collections_app.domain.staff import Role, allows
from collections_app.models import ContactState, Conversation, Customer, LineTransfer
from collections_app.selectors import lines
from collections_app.services import contacts, records, sweeps
from collections_app.services.errors import CallLostError, NotAllowedError, RefusedError

# Whose role has calls.
CALLERS = [role.value for role in Role if allows(role, "call.close")]


@transaction.atomic(durable=True)
def beat(*, staff_id: int, now: datetime) -> bool:
    """Renew the lease of the call a person holds, from whatever page they have open. Return whether they hold one.

    A lease that is too near its end is not renewed: on a host whose clock is ahead the line may have been given
    away. Nor is that of somebody whose role has no calls any more. This locks the call's row alone, so that no long
    write on the record silences a telephone.
    """
    rows = Conversation.objects.filter(lines.OPEN, staff_id=staff_id, lease_until__gt=renewable_after(now))
    rows = rows.filter(staff__role__in=CALLERS)
    return rows.update(lease_until=lease_from(now)) == 1


def free_lapsed(*, now: datetime) -> int:
    """Give back every line whose lease has run out, and return how many. Safe to lose and to repeat."""
    silent = Conversation.objects.filter(lines.OPEN, lease_until__lte=now).order_by("customer_id")
    return sweeps.each(list(silent.values_list("id", "customer_id")), lambda row: _free(*row, now))


def free_lapsed_of(*, staff_id: int, now: datetime) -> None:
    """Give back the line a person has lost to silence, so that it is not in the way of their next call."""
    silent = Conversation.objects.filter(lines.OPEN, lease_until__lte=now, staff_id=staff_id)
    for conversation_id, customer_id in silent.values_list("id", "customer_id"):
        _free(conversation_id, customer_id, now)


@transaction.atomic(durable=True)
def _free(conversation_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    conversation = Conversation.objects.filter(lines.OPEN, id=conversation_id, lease_until__lte=now).first()
    if conversation is None:
        return False
    interrupt_within(customer=customer, conversation=conversation, why="silent", actor=records.SYSTEM, now=now)
    return True


def free_lapsed_within(*, customer: Customer, now: datetime) -> None:
    """Give back the line of a record whose lease has run out. The caller holds the lock on its row."""
    conversation = Conversation.objects.filter(lines.OPEN, customer=customer, lease_until__lte=now).first()
    if conversation is not None:
        interrupt_within(customer=customer, conversation=conversation, why="silent", actor=records.SYSTEM, now=now)


@transaction.atomic(durable=True)
def give_back(*, staff_id: int, why: str, now: datetime) -> bool:
    """Give back the line a person holds because they sign out; return whether they held one."""
    held = Conversation.objects.filter(lines.OPEN, staff_id=staff_id).values_list("customer_id", flat=True).first()
    if held is None:
        return False
    customer = records.lock(customer_id=held, now=now)
    conversation = Conversation.objects.filter(lines.OPEN, staff_id=staff_id, customer=customer).first()
    if conversation is None:
        return False
    interrupt_within(customer=customer, conversation=conversation, why=why, actor=records.SYSTEM, now=now)
    return True


def interrupt_within(
    *, customer: Customer, conversation: Conversation, why: str, actor: records.Actor, now: datetime
) -> None:
    """Free the line of an open call on a record the caller has locked; the call itself waits to be closed.

    Its contact becomes unknown: it counts, because somebody may have been spoken with.
    """
    conversation.interrupted_at = now
    conversation.save(update_fields=["interrupted_at"])
    contacts.settle(contact_id=conversation.contact_id, state=ContactState.UNKNOWN, now=now)
    LineTransfer.objects.filter(conversation=conversation, state=TransferState.PENDING).update(
        state=TransferState.LAPSED, answered_at=now
    )
    records.append(
        customer=customer,
        kind="conversation.interrupted",
        actor=actor,
        now=now,
        payload={"conversation": conversation.id, "holder": conversation.staff_id, "why": why},
    )


@transaction.atomic(durable=True)
def resume(*, conversation_id: int, actor: records.Actor, now: datetime) -> Conversation:
    """Take the line back for a call that was interrupted while the customer stayed on the telephone.

    Raise RefusedError when somebody else has the line by now, when the person is on another call, or when the
    interruption is longer ago than ``RESUME_WITHIN``.
    """
    customer, conversation = locked(conversation_id=conversation_id, actor=actor, now=now)
    if conversation.interrupted_at is None:
        conversation.lease_until = lease_from(now)
        conversation.save(update_fields=["lease_until"])
        return conversation
    if now - conversation.interrupted_at > RESUME_WITHIN:
        raise RefusedError("call_too_long_ago")
    check_free_within(customer=customer, staff_id=conversation.staff_id, now=now)
    conversation.interrupted_at = None
    conversation.lease_until = lease_from(now)
    conversation.save(update_fields=["interrupted_at", "lease_until"])
    records.append(
        customer=customer,
        kind="conversation.resumed",
        actor=actor,
        now=now,
        payload={"conversation": conversation.id},
    )
    return conversation


def check_free_within(*, customer: Customer, staff_id: int, now: datetime) -> None:
    """Refuse when somebody else holds the record's line, or the person another one. The record is locked."""
    free_lapsed_within(customer=customer, now=now)
    if Conversation.objects.filter(lines.OPEN, customer=customer).exists():
        raise RefusedError("line_taken")
    if Conversation.objects.filter(lines.OPEN, staff_id=staff_id).exists():
        raise RefusedError("already_on_a_call")


def locked(*, conversation_id: int, actor: records.Actor, now: datetime) -> tuple[Customer, Conversation]:
    """Lock the record of a call that is not closed, for the person who has it.

    Raise CallLostError when it has passed to somebody else, NotAllowedError when it never was the actor's or when
    their role allows no calls any more.
    """
    customer, conversation = locked_for_anyone(conversation_id=conversation_id, now=now)
    if actor.staff is None:
        raise NotAllowedError("not_your_call")
    records.check_may(actor=actor, action="call.close")
    if conversation.staff_id != actor.staff.id:
        if lines.gave_up(conversation=conversation, staff=actor.staff):
            raise CallLostError
        raise NotAllowedError("not_your_call")
    if conversation.ended_at:
        raise RefusedError("call_already_closed")
    return customer, conversation


def locked_for_anyone(*, conversation_id: int, now: datetime) -> tuple[Customer, Conversation]:
    """Lock the record of a call, whoever has it. Raise RefusedError when there is none."""
    customer_id = Conversation.objects.filter(id=conversation_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_call")
    customer = records.lock(customer_id=customer_id, now=now)
    return customer, Conversation.objects.get(id=conversation_id)
