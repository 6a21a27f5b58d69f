"""Sending what is due: claim, call the provider outside any transaction, record what came of it."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from collections_app.models import Customer
from collections_app.services import contacts
from collections_app.services.told import flags as told_flags
from notifications.domain.lifecycle import MessageState
from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message
from notifications.providers.registry import provider
from notifications.services import incidents, senders
from notifications.services.acceptance import (
    accept_within,
    fail_within,
    keep_receipt,
    learn_within,
    lock_with_customers,
)
from notifications.services.claiming import LEASE, Claimed, claim

_log = logging.getLogger(__name__)

# A call may last as long as the provider's time-out; a worker stops sending so long before its lease ends.
MARGIN = timedelta(seconds=30)
# Results are recorded in batches: after a crash at most so many messages have to be reconciled.
BATCH = 25
MOST_ATTEMPTS = 5


@dataclass(slots=True)
class Sent:
    """What a run did, by result, and how many messages it no longer dared to send."""

    results: dict[str, int] = field(default_factory=dict)
    not_sent: int = 0

    def count(self, result: str) -> None:
        self.results[result] = self.results.get(result, 0) + 1


def send_due(*, now: datetime, worker: str, limit: int = 500, priority_only: bool = False) -> Sent:
    """Send up to ``limit`` messages whose time has come, and return what came of them.

    What an incident has stopped since the claim is looked up before each batch, and not handed over.

    Not a transaction: the claim is one, each batch of results is one, and the provider is called between them.
    A worker killed in between leaves claims whose lease runs out; these become ``unknown`` and are reconciled.
    """
    began = monotonic()
    claimed = claim(now=now, limit=limit, worker=worker, priority_only=priority_only)
    sent = Sent()
    stopped: set[str] = set()
    for start in range(0, len(claimed), BATCH):
        batch = claimed[start : start + BATCH]
        answers = []
        withheld = incidents.stopped(claimed=batch, now=now)
        for item in batch:
            elapsed = timedelta(seconds=monotonic() - began)
            if item.message_id in withheld:
                answers.append((item, Outcome(Result.WITHHELD)))
            elif item.provider in stopped:
                answers.append((item, Outcome(Result.STOPPED)))
            elif elapsed + MARGIN >= LEASE:
                # Another worker may soon take it for lost; only the one that reconciles it may send it again.
                sent.not_sent += 1
            else:
                outcome = _call(item, now + elapsed)
                answers.append((item, outcome))
                if outcome.result is Result.STOPPED:
                    stopped.add(item.provider)
                    senders.stop_and_alert(provider=item.provider, reason=outcome.error_code, now=now + elapsed)
        at = now + timedelta(seconds=monotonic() - began)
        for _, outcome in answers:
            sent.count(outcome.result)
        record(answers=answers, worker=worker, now=at)
    return sent


def _call(item: Claimed, now: datetime) -> Outcome:
    """Hand one message to its provider. Whatever goes wrong in a way nobody foresaw is unknown, not failed."""
    try:
        return provider(item.provider).send(item.outgoing, now=now)
    except Exception:  # noqa: BLE001  a bug in a provider must not lose the batch
        _log.exception("message %s: the provider's code failed", item.message_id)
        return Outcome(Result.UNKNOWN, error_code="crashed")


@transaction.atomic(durable=True)
def record(*, answers: list[tuple[Claimed, Outcome]], worker: str, now: datetime) -> None:
    """Record what the provider answered. A message that a receipt or the sweeper has moved on keeps that.

    An answer that comes after the lease still proves what happened, and so is taken for an unknown one too.
    """
    outcomes = {item.message_id: outcome for item, outcome in answers}
    customers, messages = lock_with_customers(message_ids=outcomes, now=now)
    for message in messages:
        mine = message.state == MessageState.CLAIMED and message.worker == worker
        if mine or message.state == MessageState.UNKNOWN:
            _record(customers[message.customer_id], message, outcomes[message.pk], now)
    told_flags.settle_within(list(customers.values()), now=now)


def _record(customer: Customer, message: Message, outcome: Outcome, now: datetime) -> None:
    message.error_code = outcome.error_code
    if outcome.result is Result.ACCEPTED:
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
        fail_within(
            customer=customer, message=message, state=MessageState.FAILED_PERMANENT,
            reason="provider_refused", error_code=outcome.error_code, now=now,
        )  # fmt: skip
        learn_within(customer=customer, message=message, error_class=outcome.error_class, now=now)
    elif outcome.result is Result.WITHHELD:
        # Due again at once: the next claim asks for its permit, and puts it off with the reason.
        _put_back(message, MessageState.DUE, "incident", now, now)
    elif outcome.result is Result.STOPPED:
        _put_back(message, MessageState.DUE, "sender_stopped", now, now)
    else:
        _try_later(customer, message, outcome, now)


def _try_later(customer: Customer, message: Message, outcome: Outcome, now: datetime) -> None:
    wait = timedelta(seconds=30 * 2**message.attempts + message.pk % 30)
    if message.attempts >= MOST_ATTEMPTS or now + wait >= message.expires_at:
        fail_within(
            customer=customer, message=message, state=MessageState.FAILED_PERMANENT,
            reason="gave_up", error_code=outcome.error_code, now=now,
        )  # fmt: skip
        return
    _put_back(message, MessageState.FAILED_TRANSIENT, "provider_busy", now + wait, now)


def _put_back(message: Message, state: MessageState, reason: str, due_at: datetime, now: datetime) -> None:
    """Let a message that surely did not go out be claimed again; its permit is given back."""
    message.state, message.reason, message.due_at, message.lease_until = state, reason, due_at, None
    message.save(update_fields=["state", "reason", "due_at", "lease_until", "error_code"])
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
