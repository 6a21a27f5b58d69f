"""Sending what is due: claim, call the provider outside any transaction, record what came of it."""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock, current_thread, main_thread
from time import monotonic, perf_counter, sleep, time

from django.db import DatabaseError, connection, transaction

from collections_app.models import Customer
from collections_app.services import alerts, contacts
from collections_app.services.told import flags as told_flags
from notifications.domain.lifecycle import MessageState, may_follow
from notifications.domain.outcomes import ErrorClass, Outcome, Result
from notifications.models import Message
from notifications.providers.registry import provider
from notifications.services import halts, incidents, next_channel, outcomes, routing, senders
from notifications.services.acceptance import (
    accept_within,
    fail_within,
    keep_receipt,
    learn_within,
    lock_with_customers,
)
from notifications.services.claiming import LEASE, claim
from notifications.services.messages import cancel_later_rounds_within
from notifications.services.writing import Claimed

_log = logging.getLogger(__name__)

# A call may last as long as the provider's time-out; a worker stops sending so long before its lease ends.
MARGIN = timedelta(seconds=30)
# Results are recorded in batches: after a crash at most so many messages have to be reconciled.
BATCH = 25
# How long a call may begin after it was last looked up whether a halt or an incident stops it.
LOOK_AGAIN_SECONDS = 1.0
# How long a batch may wait for its turn at a provider that takes only so many a second.
_MOST_WAIT_SECONDS = 60
_PACED = "paced"
_ROOM_AGAIN = timedelta(seconds=_MOST_WAIT_SECONDS / 2)
# What tells that a provider is not well; a refusal of one message does not.
_FALTERING = frozenset({Result.UNKNOWN, Result.TRANSIENT})


@dataclass(slots=True)
class Sent:
    """What a run did, by result, of how many that were due, and how many messages it put back as too late to send."""

    results: dict[str, int] = field(default_factory=dict)
    looked_at: int = 0
    not_sent: int = 0

    def count(self, result: str) -> None:
        self.results[result] = self.results.get(result, 0) + 1


def send_due(
    *, now: datetime, worker: str, limit: int = 500, priority_only: bool = False, codes_only: bool = False
) -> Sent:
    """Send up to ``limit`` messages whose time has come, and return what came of them.

    What an incident or a halt has stopped since the claim is looked up before each batch, and not handed over.

    Not a transaction: the claim is one, each batch of results is one, and the provider is called between them.
    A worker killed in between leaves claims whose lease runs out; these become ``unknown`` and are reconciled. What a
    slow provider leaves no time for is put back: it surely did not go out.
    """
    began = monotonic()
    most = senders.most_at_once(limit=limit, least=BATCH, seconds=_MOST_WAIT_SECONDS, now=now)
    claimed = claim(now=now, limit=most, worker=worker, priority_only=priority_only, codes_only=codes_only)
    sent = Sent(looked_at=claimed.looked_at)
    if not claimed:
        return sent
    run = _Run(began, now, worker, sent)
    parallel = senders.parallel(providers={item.provider for item in claimed})
    urgent, others = ([item for item in claimed if item.urgent is wanted] for wanted in (True, False))
    with ThreadPoolExecutor(max_workers=parallel) if parallel > 1 else nullcontext() as pool:
        for items in (urgent, others):
            for start in range(0, len(items), BATCH):
                run.batch(items[start : start + BATCH], pool)
    return sent


@dataclass(slots=True)
class _Run:
    """One run: its clock, and the providers that refused everything in it."""

    began: float
    now: datetime
    worker: str
    sent: Sent
    stopped: set[str] = field(default_factory=set)
    began_by_wall: float = field(default_factory=lambda: time())
    looked: float = 0.0
    withheld: dict[int, str] = field(default_factory=dict)
    looking: Lock = field(default_factory=Lock)

    def elapsed(self) -> timedelta:
        """Return how long the run has lasted, by the clock that says more: one stands still while a machine sleeps."""
        return timedelta(seconds=max(monotonic() - self.began, time() - self.began_by_wall))

    def at(self) -> datetime:
        return self.now + self.elapsed()

    def batch(self, items: list[Claimed], pool: ThreadPoolExecutor | None) -> None:
        """Hand one batch over, several calls at a time where the provider takes them, and record the answers."""
        self.looked = 0.0
        late = self._wait_for_turn([item for item in items if not self._is_withheld(item, items)])
        calls = [item for item in items if item.message_id not in late]
        results = list((pool.map if pool else map)(lambda item: self._attempt(item, calls), calls))
        answers = [(item, Outcome(Result.WITHHELD, error_code=late[item.message_id])) for item in items
                   if item.message_id in late]  # fmt: skip
        for item, result in zip(calls, results, strict=True):
            why = self.withheld.get(item.message_id, _PACED)
            self.sent.not_sent += result is None and why == _PACED
            answers.append((item, result[0] if result else Outcome(Result.WITHHELD, error_code=why)))
        at = self.at()
        for _, outcome in answers:
            self.sent.count(outcome.result)
        record(answers=answers, worker=self.worker, now=at)
        self._learn(calls, results, at)

    def _wait_for_turn(self, items: list[Claimed]) -> dict[int, str]:
        """Wait until each provider takes the next batch; what would have to wait too long is put back.

        A code takes its turn and waits for none: it lives for minutes, and the others wait for it.
        """
        late: dict[int, str] = {}
        urgent = bool(items) and items[0].urgent
        for code, count in Counter(item.provider for item in items).items():
            most = None if urgent else timedelta(seconds=_MOST_WAIT_SECONDS)
            wait = senders.reserve(provider=code, calls=count, now=self.at(), most=most)
            if wait is None:
                late |= {item.message_id: _PACED for item in items if item.provider == code}
            elif wait and not urgent:
                sleep(wait.total_seconds())
        return late

    def _is_withheld(self, item: Claimed, batch: list[Claimed]) -> bool:
        """Return whether an incident or a halt stops a message by now; looked up once a second for the whole batch."""
        with self.looking:
            if not self.looked or monotonic() - self.looked >= LOOK_AGAIN_SECONDS:
                self.withheld = dict.fromkeys(incidents.stopped(claimed=batch, now=self.at()), "incident")
                self.withheld |= dict.fromkeys(halts.stopped(claimed=batch), "halted")
                self.looked = monotonic()
            return item.message_id in self.withheld

    def _attempt(self, item: Claimed, batch: list[Claimed]) -> tuple[Outcome, float] | None:
        """Hand one message to its provider and return what came of it and the seconds it took; None: it may not."""
        try:
            return self._handed_over(item, batch)
        finally:
            if current_thread() is not main_thread() and not connection.in_atomic_block:
                # A thread of the pool: the connection that was opened in it would outlive it.
                connection.close()

    def _handed_over(self, item: Claimed, batch: list[Claimed]) -> tuple[Outcome, float] | None:
        if item.provider in self.stopped:
            return Outcome(Result.STOPPED), 0.0
        try:
            held = self._is_withheld(item, batch)
        except DatabaseError:
            # What was handed over before must be recorded, and what cannot be looked up is not handed over.
            _log.exception("message %s: whether it is stopped cannot be asked", item.message_id)
            return None
        if held:
            return None
        elapsed = self.elapsed()
        at, until = self.now + elapsed, item.outgoing.valid_until
        # Soon another worker may take it for lost, or its hours are over: it is put back, and judged anew.
        if elapsed + MARGIN >= LEASE or (until is not None and at >= until):
            return None
        begins = perf_counter()
        outcome = _call(item, at)
        if outcome.result is Result.STOPPED:
            self.stopped.add(item.provider)
        return outcome, perf_counter() - begins

    def _learn(self, calls: list[Claimed], results: list[tuple[Outcome, float] | None], at: datetime) -> None:
        """Stop what refuses everything, and note how the others did."""
        for code in sorted({item.provider for item in calls}):
            made = [each for item, each in zip(calls, results, strict=True) if each and item.provider == code]
            codes = [outcome.error_code for outcome, _ in made if outcome.result is Result.STOPPED]
            if codes:
                senders.stop_and_alert(provider=code, reason=next(filter(None, codes), ""), now=at)
            elif made:
                errors = sum(outcome.result in _FALTERING for outcome, _ in made)
                took = round(sum(seconds for _, seconds in made) * 1000)
                senders.observe(provider=code, calls=len(made), errors=errors, milliseconds=took, now=at)


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
    given = {item.message_id: (item.provider, outcome) for item, outcome in answers}
    customers, messages = lock_with_customers(message_ids=given, now=now)
    for message in messages:
        code, outcome = given[message.pk]
        mine = message.state == MessageState.CLAIMED and message.worker == worker
        if mine or message.state == MessageState.UNKNOWN:
            _record(customers[message.customer_id], message, code, outcome, now)
        elif outcome.result is Result.ACCEPTED:
            _taken_after_all(customers[message.customer_id], message, code, outcome, now)
    told_flags.settle_within(list(customers.values()), now=now)


def _record(customer: Customer, message: Message, code: str, outcome: Outcome, now: datetime) -> None:
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
        again = now + _ROOM_AGAIN if outcome.error_code == _PACED else now
        _put_back(message, MessageState.DUE, outcome.error_code, again, now)
    elif outcome.result is Result.STOPPED:
        _put_back(message, MessageState.DUE, "sender_stopped", now, now)
    else:
        _try_later(customer, message, outcome, now)


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
    if next_channel.is_left(customer=customer, message=message, error_class=outcome.error_class, now=now):
        learn_within(customer=customer, message=message, error_class=outcome.error_class, now=now)
        if outcome.error_class is ErrorClass.OPTED_OUT:
            # What the customer's stop does not hold up, the provider's does: it would be refused again and again.
            message.by_channels = next_channel.others(message)
        _put_back(message, MessageState.DUE, next_channel.UNREACHABLE, now, now)
        return
    fail_within(
        customer=customer, message=message, state=MessageState.FAILED_PERMANENT,
        reason="provider_refused", error_code=outcome.error_code, now=now,
    )  # fmt: skip
    learn_within(customer=customer, message=message, error_class=outcome.error_class, now=now)


def _try_later(customer: Customer, message: Message, outcome: Outcome, now: datetime) -> None:
    wait = timedelta(seconds=30 * 2**message.attempts + message.pk % 30)
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
