"""How a call passes on: asked for and handed over, or taken over by a supervisor. It is one call all the way.

What passes on: the line with a fresh lease, the permit's contact, and the identity check, because the person on the
telephone is the same. What does not: what the first colleague has typed and not saved; that stays on their screen.
"""

from datetime import datetime

from django.db import transaction

from collections_app.domain.lines import ASKED_FOR, TransferKind, TransferState, lease_from
from collections_app.domain.typed import plain
from collections_app.models import Conversation, LineTransfer, Staff
from collections_app.selectors import lines
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.lines import lease

LONGEST = 500


@transaction.atomic(durable=True)
def ask(
    *, conversation_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> LineTransfer:
    """Ask the colleague who is on the line for the call; they have two minutes to answer.

    Raise RefusedError when the call is one's own or no longer held, when another request waits, or when the
    person is on a call of their own.
    """
    customer, conversation = lease.locked_for_anyone(conversation_id=conversation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="call.ask")
    records.check_may(actor=actor, action="call.make")
    asker = _somebody_else(conversation, actor)
    if not lines.held(now=now).filter(id=conversation.id).exists():
        raise RefusedError("call_not_held")
    _check_not_on_a_call(asker.id)
    if lines.asked_for(conversation=conversation, now=now) is not None:
        raise RefusedError("call_asked_for_already")
    _end_pending(conversation, TransferState.LAPSED, now)
    transfer = LineTransfer.objects.create(
        customer=customer,
        conversation=conversation,
        kind=TransferKind.HAND_OVER,
        from_staff=conversation.staff,
        to_staff=asker,
        reason=_reason(reason),
        asked_at=now,
        expires_at=now + ASKED_FOR,
    )
    records.append(
        customer=customer,
        kind="conversation.asked_for",
        actor=actor,
        now=now,
        payload={"conversation": conversation.id, "holder": conversation.staff_id},
        text=transfer.reason,
    )
    return transfer


@transaction.atomic(durable=True)
def answer(*, transfer_id: int, accept: bool, actor: records.Actor, now: datetime) -> LineTransfer:
    """Hand the call over to the colleague who asked for it, or refuse to.

    Raise RefusedError when the request does not wait any more, or when who asked is on another call by now.
    """
    found = LineTransfer.objects.filter(id=transfer_id).values_list("conversation_id", flat=True).first()
    if found is None:
        raise RefusedError("no_such_call")
    customer, conversation = lease.locked(conversation_id=found, actor=actor, now=now)
    transfer = LineTransfer.objects.select_related("to_staff").get(id=transfer_id)
    if transfer.state != TransferState.PENDING or transfer.expires_at <= now:
        raise RefusedError("call_request_over")
    if accept:
        if not transfer.to_staff.is_active or not transfer.to_staff.may("call.make"):
            raise RefusedError("colleague_cannot_take_call")
        _check_not_on_a_call(transfer.to_staff_id, code="colleague_on_a_call_now")
        _pass_on(conversation, transfer.to_staff, now)
    transfer.state = TransferState.ACCEPTED if accept else TransferState.REFUSED
    transfer.answered_at = now
    transfer.save(update_fields=["state", "answered_at"])
    records.append(
        customer=customer,
        kind="conversation.handed_over" if accept else "conversation.refused",
        actor=actor,
        now=now,
        payload={"conversation": conversation.id, "from": transfer.from_staff_id, "to": transfer.to_staff_id},
    )
    return transfer


@transaction.atomic(durable=True)
def take_over(
    *, conversation_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> Conversation:
    """Take a colleague's call over at once, with a reason that stays on the record.

    An interrupted call can be taken over as well, to be closed by whoever takes it. Raise RefusedError when the call
    is one's own or closed, or when the person is on a call themself and the line of this one is held.
    """
    customer, conversation = lease.locked_for_anyone(conversation_id=conversation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="call.take_over")
    records.check_may(actor=actor, action="call.take_over")
    taker, before = _somebody_else(conversation, actor), conversation.staff
    lease.free_lapsed_within(customer=customer, now=now)
    conversation.refresh_from_db()
    if conversation.interrupted_at is None:
        _check_not_on_a_call(taker.id)
    _end_pending(conversation, TransferState.LAPSED, now)
    transfer = LineTransfer.objects.create(
        customer=customer,
        conversation=conversation,
        kind=TransferKind.TAKE_OVER,
        from_staff=before,
        to_staff=taker,
        reason=_reason(reason),
        state=TransferState.ACCEPTED,
        asked_at=now,
        expires_at=now,
        answered_at=now,
    )
    _pass_on(conversation, taker, now)
    records.append(
        customer=customer,
        kind="conversation.taken_over",
        actor=actor,
        now=now,
        payload={"conversation": conversation.id, "from": before.id, "to": taker.id},
        text=transfer.reason,
    )
    return conversation


def _pass_on(conversation: Conversation, to: Staff, now: datetime) -> None:
    conversation.staff = to
    conversation.department = to.department
    if conversation.interrupted_at is None:
        conversation.lease_until = lease_from(now)
    conversation.save(update_fields=["staff", "department", "lease_until"])


def _somebody_else(conversation: Conversation, actor: records.Actor) -> Staff:
    """Return the actor, who must be a person other than the holder of a call that is not closed."""
    if actor.staff is None:
        raise NotAllowedError("not_allowed")
    if conversation.ended_at is not None:
        raise RefusedError("call_already_closed")
    if conversation.staff_id == actor.staff.id:
        raise RefusedError("own_call")
    return actor.staff


def _check_not_on_a_call(staff_id: int, *, code: str = "already_on_a_call") -> None:
    if Conversation.objects.filter(lines.OPEN, staff_id=staff_id).exists():
        raise RefusedError(code)


def _end_pending(conversation: Conversation, state: TransferState, now: datetime) -> None:
    LineTransfer.objects.filter(conversation=conversation, state=TransferState.PENDING).update(
        state=state, answered_at=now
    )


def _reason(text: str) -> str:
    text = text.strip()
    if not plain(text):
        raise RefusedError("reason_missing")
    return text[:LONGEST]
