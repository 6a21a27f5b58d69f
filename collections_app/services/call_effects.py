"""What the outcome of a call or a visit does, one function per effect, all within the call's own transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from collections_app.domain.calls import Closing
from collections_app.domain.outcomes import Outcome, OutcomeEffect
from collections_app.models import Account, ContactPoint, Conversation, Customer
from collections_app.selectors import codes
from collections_app.services import claims, contact_points, handoffs, holds, promises, records
from collections_app.services.emergencies import red_button
from collections_app.services.errors import RefusedError
from collections_app.services.handing import holds_with

# What an effect did, as codes and ids: a correction takes it back by them.
Done = list[dict[str, Any]]
_Effect = Callable[[Customer, Conversation, Closing, records.Actor, datetime], Done]


def apply_within(
    *, customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> None:
    """Do everything the outcome brings on a record the caller has locked; the caller derives afterwards.

    What was done is kept with the call. Raise RefusedError when an effect lacks what it needs, such as the parts of
    a promise.
    """
    done: Done = []
    for effect in _outcome(closing).effects:
        done += _EFFECTS[effect](customer, conversation, closing, actor, now)
    conversation.brought = done
    conversation.save(update_fields=["brought"])


def _outcome(closing: Closing) -> Outcome:
    return codes.seen().outcomes[closing.outcome]


def _promise(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    promise = promises.take_within(
        customer=customer,
        account_id=_account(customer, closing),
        parts=closing.promise_parts,
        actor=actor,
        now=now,
        conversation_id=conversation.id,
        said_at=_said_at(conversation),
    )
    return [{"promise": promise.id}]


def _claim(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    if closing.claim is None:
        raise RefusedError("claim_missing")
    claim = claims.record_within(
        customer=customer,
        account_id=_account(customer, closing),
        amount_fen=closing.claim.amount_fen,
        channel=closing.claim.channel,
        paid_on=closing.claim.paid_on,
        paid_time=closing.claim.paid_time,
        actor=actor,
        now=now,
        remark=closing.text,
    )
    return [{"claim": claim.id}]


def _callback(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    if closing.callback_at is None:
        raise RefusedError("callback_time_missing")
    handoff = handoffs.open_within(
        customer=customer, kind="callback", actor=actor, now=now, text=closing.text, due_at=closing.callback_at
    )
    return [{"handoff": handoff.id}]


def _hold(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    if holds_with.comes_with_work(_outcome(closing)):
        return []
    hold = holds.place_within(
        customer=customer,
        kind=_outcome(closing).hold,
        actor=actor,
        now=now,
        account_id=closing.account_id or customer.stage_account_id,
        source=f"call:{conversation.id}",
        text=closing.text,
    )
    return [{"hold": hold.id}]


def _handoff(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    handoff = handoffs.open_within(
        customer=customer,
        kind=_outcome(closing).handoff,
        actor=actor,
        now=now,
        account_id=closing.account_id or customer.stage_account_id,
        text=closing.text,
        party=closing.party,
        said_at=_said_at(conversation),
    )
    return [{"handoff": handoff.id}]


def _red_button(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    # Everybody who is party to the accounts was locked before the call's own record (calls.close).
    others = red_button.lock_parties(customer_id=customer.id, now=now)
    red_button.press_within(
        customer=customer,
        others=others,
        danger="unclear",
        actor=actor,
        now=now,
        text=closing.text,
        source=f"call:{conversation.id}",
        heard_since=conversation.started_at,
    )
    # What may save a life is not taken back by a correction: it ends as a second person agrees.
    return []


def _quality(quality: str) -> _Effect:
    def change(
        customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
    ) -> Done:
        point = _number_called(conversation)
        changed = contact_points.change_within(
            customer=customer, contact_point=point, field="quality", to=quality, actor=actor, now=now
        )
        return [changed]

    return change


def _number_refused(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    return contact_points.close_person_within(
        customer=customer, contact_point=_number_called(conversation), actor=actor, now=now
    )


def _no_calls(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    point = _number_called(conversation)
    return [contact_points.stop_calls_within(customer=customer, contact_point=point, actor=actor, now=now)]


def _number_called(conversation: Conversation) -> ContactPoint:
    point = conversation.contact.contact_point
    if point is None:
        raise RefusedError("no_such_number")
    return point


def _channel_stop(
    customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> Done:
    hold = holds.place_within(
        customer=customer,
        kind="channel_stop",
        actor=actor,
        now=now,
        channel=conversation.contact.channel,
        source=f"call:{conversation.id}",
        text=closing.text,
    )
    return [{"hold": hold.id}]


def _said_at(conversation: Conversation) -> datetime | None:
    """Until when the words of a call or a visit were said, whenever they are written down or put right."""
    return conversation.interrupted_at or conversation.ended_at


def _account(customer: Customer, closing: Closing) -> int:
    """The account spoken of: the one named, else the only one that is overdue."""
    if closing.account_id:
        return closing.account_id
    overdue = list(Account.objects.filter(customer=customer, overdue_fen__gt=0).values_list("id", flat=True)[:2])
    if len(overdue) != 1:
        raise RefusedError("account_missing")
    return overdue[0]


_EFFECTS: dict[OutcomeEffect, _Effect] = {
    OutcomeEffect.PROMISE: _promise,
    OutcomeEffect.PAYMENT_CLAIM: _claim,
    OutcomeEffect.CALLBACK: _callback,
    OutcomeEffect.HOLD: _hold,
    OutcomeEffect.HANDOFF: _handoff,
    OutcomeEffect.NUMBER_BAD: _quality("bad"),
    OutcomeEffect.NUMBER_NOT_HIS: _quality("not_his"),
    OutcomeEffect.NUMBER_SUSPECT: _quality("suspect"),
    OutcomeEffect.NUMBER_REFUSED: _number_refused,
    OutcomeEffect.NUMBER_NO_CALLS: _no_calls,
    OutcomeEffect.CHANNEL_STOP: _channel_stop,
    OutcomeEffect.RED_BUTTON: _red_button,
}
