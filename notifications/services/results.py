"""Recording what providers answered: accepted, refused, tried later, or unknown."""

from datetime import datetime, timedelta

from django.db import transaction

from collections_app.models import Customer
from collections_app.services import alerts, contacts
from collections_app.services.told import flags as told_flags
from notifications.domain.lifecycle import MessageState, may_follow
from notifications.domain.outcomes import PACED, ErrorClass, Outcome, Result
from notifications.models import Message
from notifications.services import next_channel, outcomes, routing, senders
from notifications.services.acceptance import (
    accept_within,
    fail_within,
    keep_receipt,
    learn_within,
    lock_with_customers,
)
from notifications.services.messages import cancel_later_rounds_within
from notifications.services.writing import Claimed

# What a provider had no room for is asked for again after so long.
ROOM_AGAIN = timedelta(seconds=30)
# What stopped its sender waits so long when that goes on: others that are due go first.
_BEHIND = timedelta(minutes=1)
# The record still holds the number for one to be written to.
_NOT_OF_THE_NUMBER = frozenset({ErrorClass.OPTED_OUT, ErrorClass.ROUTE})


@transaction.atomic(durable=True)
def record(*, answers: list[tuple[Claimed, Outcome]], worker: str, now: datetime) -> None:
    """Record what the provider answered. A message that a receipt or the sweeper has moved on keeps that.

    An answer that comes after the lease still proves what happened, and so is taken for an unknown one too.
    """
    given = {item.message_id: (item.provider, outcome) for item, outcome in answers}
    customers, messages = lock_with_customers(message_ids=given, now=now)
    # Whether a stop is general is judged by what was taken beside it.
    for message in sorted(messages, key=lambda message: given[message.pk][1].result is Result.STOPPED):
        code, outcome = given[message.pk]
        mine = message.state == MessageState.CLAIMED and message.worker == worker
        if mine or message.state == MessageState.UNKNOWN:
            _record(customers[message.customer_id], message, code, outcome, now)
        elif outcome.result is Result.ACCEPTED:
            _taken_after_all(customers[message.customer_id], message, code, outcome, now)
    told_flags.settle_within(list(customers.values()), now=now)


def _record(customer: Customer, message: Message, code: str, outcome: Outcome, now: datetime) -> None:
    last_error = message.error_code
    message.error_code = "" if outcome.result is Result.WITHHELD else outcome.error_code
    if outcome.result is Result.ACCEPTED:
        # Claimed anew meanwhile, it may stand with another provider than the one that has it.
        routing.stand_with(message, code)
        accept_within(
            customer=customer, message=message, provider_id=outcome.provider_id, report=outcome.report, now=now,
            settle=False,
        )  # fmt: skip
        keep_receipt(
            message=message, provider=message.provider, provider_id=outcome.provider_id, report=outcome.report,
            error_code="", applied=True, now=now,
        )  # fmt: skip
    elif outcome.result is Result.UNKNOWN:
        mark_unknown(message, reason=outcome.error_code, now=now)
    elif message.state == MessageState.UNKNOWN:
        return  # the sweeper was first; the reconciliation decides
    elif outcome.result is Result.PERMANENT:
        _refused(customer, message, outcome, now)
    elif outcome.result is Result.WITHHELD:
        # It was not handed over, so that counts as no try. Due again at once: the next claim asks for its permit, and
        # puts it off with the reason; what the pace keeps back is asked for when there is room again.
        message.attempts -= 1
        again = now + ROOM_AGAIN if outcome.error_code == PACED else now
        _put_back(message, MessageState.DUE, outcome.error_code, again, now)
    elif outcome.result is Result.STOPPED:
        _wait_for_sender(customer, message, outcome, again=outcome.error_code == last_error, now=now)
    else:
        _try_later(customer, message, outcome, now)


def _wait_for_sender(customer: Customer, message: Message, outcome: Outcome, *, again: bool, now: datetime) -> None:
    """Keep what could not go because its sender was stopped, behind the others where it is what stopped it.

    What has stopped it before by the same code (``again``), and nothing else did in between, is left to a person: each
    time somebody lets the sender go on it would stop all others anew.
    """
    if not outcome.error_code:
        message.attempts -= 1  # stopped by another: it was not handed over
        _put_back(message, MessageState.DUE, "sender_stopped", now, now)
    elif again and senders.went_on(provider=message.provider):
        fail_within(
            customer=customer, message=message, state=MessageState.FAILED_PERMANENT,
            reason="stops_sender", error_code=outcome.error_code, now=now,
        )  # fmt: skip
        outcomes.set_aside_within(customer=customer, message=message, outcome=outcome, now=now)
    else:
        _put_back(message, MessageState.DUE, "sender_stopped", now + _BEHIND, now)


def _taken_after_all(customer: Customer, message: Message, code: str, outcome: Outcome, now: datetime) -> None:
    """Believe an answer that comes when the message was moved on: it is with the provider, wherever it is by now.

    Of one that is with a provider under another name already, somebody has to look: it may have gone out twice.
    """
    applied = message.accepted_at is None and may_follow(message.state, MessageState.ACCEPTED)
    if applied:
        routing.stand_with(message, code)
        cancel_later_rounds_within(message=message, now=now)
        accept_within(
            customer=customer, message=message, provider_id=outcome.provider_id, report=outcome.report, now=now,
            settle=False,
        )  # fmt: skip
    elif (message.provider, message.provider_id) == (code, outcome.provider_id):
        return  # a receipt was first
    else:
        alerts.raise_alert(kind="receipts_contradict", detail={"contradiction": outcome.provider_id}, now=now)
    keep_receipt(
        message=message, provider=code, provider_id=outcome.provider_id, report=outcome.report, error_code="",
        applied=applied, now=now,
    )  # fmt: skip


def _refused(customer: Customer, message: Message, outcome: Outcome, now: datetime) -> None:
    """End what the provider will never take, or let it go by another channel where this one is closed."""
    if outcome.error_class is ErrorClass.ROUTE:
        detail = {"provider": message.provider, "reason": outcome.error_code}
        alerts.raise_alert(kind="no_route", detail=detail, now=now)
    if next_channel.is_left(customer=customer, message=message, error_class=outcome.error_class, now=now):
        learn_within(customer=customer, message=message, error_class=outcome.error_class, now=now)
        if outcome.error_class in _NOT_OF_THE_NUMBER:
            # What the number itself does not bar, the provider does: it would be refused again and again.
            message.by_channels = next_channel.others(message)
        _put_back(message, MessageState.DUE, next_channel.UNREACHABLE, now, now)
        return
    fail_within(
        customer=customer, message=message, state=MessageState.FAILED_PERMANENT,
        reason="provider_refused", error_code=outcome.error_code, now=now,
    )  # fmt: skip
    learn_within(customer=customer, message=message, error_class=outcome.error_class, now=now)


def _try_later(customer: Customer, message: Message, outcome: Outcome, now: datetime) -> None:
    """Try again what surely did not go out, while it is of use; a try that reached nobody is none."""
    message.attempts -= not outcome.reached
    wait = outcomes.wait_after(message=message, reached=outcome.reached)
    if outcomes.was_last_try(message=message, error_class=outcome.error_class) or now + wait >= message.expires_at:
        fail_within(
            customer=customer, message=message, state=MessageState.FAILED_PERMANENT,
            reason="gave_up", error_code=outcome.error_code, now=now,
        )  # fmt: skip
        outcomes.leave_to_a_person_within(customer=customer, message=message, outcome=outcome, now=now)
        return
    _put_back(message, MessageState.FAILED_TRANSIENT, "provider_busy", now + wait, now)


def _put_back(message: Message, state: MessageState, reason: str, due_at: datetime, now: datetime) -> None:
    """Let a message that surely did not go out be claimed again; its permit is given back."""
    message.state, message.reason, message.due_at, message.lease_until = state, reason, due_at, None
    message.save(update_fields=["state", "reason", "due_at", "lease_until", "error_code", "by_channels", "attempts"])
    if message.contact_id:
        contacts.settle(contact_id=message.contact_id, state="failed", now=now)


def mark_unknown(message: Message, *, reason: str, now: datetime) -> None:
    """Mark a locked message as one that may have gone out: it counts, and is reconciled before anything else."""
    if message.state == MessageState.UNKNOWN:
        return
    message.state, message.reason, message.lease_until = MessageState.UNKNOWN, reason[:40], now
    message.save(update_fields=["state", "reason", "lease_until", "error_code"])
    if message.contact_id:
        contacts.settle(contact_id=message.contact_id, state="unknown", now=now)
