"""Sending what is due: claim, call the provider outside any transaction, record what came of it."""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock, current_thread, main_thread
from time import monotonic, perf_counter, sleep, time

from django.db import DatabaseError, connection

from notifications.domain.outcomes import Outcome, Result
from notifications.providers.registry import provider
from notifications.services import halts, incidents, senders
from notifications.services.claiming import LEASE, claim
from notifications.services.results import PACED, record
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
            why = self.withheld.get(item.message_id, PACED)
            self.sent.not_sent += result is None and why == PACED
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
                late |= {item.message_id: PACED for item in items if item.provider == code}
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
