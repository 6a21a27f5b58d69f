"""Sending what is due: claim, call the provider outside any transaction, record what came of it."""

import logging
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import repeat
from threading import Lock, current_thread, main_thread
from time import monotonic, perf_counter, sleep, time

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from notifications.domain.outcomes import PACED, Outcome, Result
from notifications.providers.registry import provider
from notifications.services import halts, incidents, senders
from notifications.services.claiming import LEASE, claim
from notifications.services.results import record
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
    slow provider leaves no time for is put back: it surely did not go out. Each provider has batches and threads of its
    own; only this thread writes.
    """
    began = monotonic()
    most = senders.most_at_once(limit=limit, least=BATCH, seconds=_MOST_WAIT_SECONDS, now=now)
    claimed = claim(now=now, limit=most, worker=worker, priority_only=priority_only, codes_only=codes_only)
    sent = Sent(looked_at=claimed.looked_at)
    if not claimed:
        return sent
    run = _Run(began, now, worker, sent)
    with ExitStack() as stack:
        pools = _pools(claimed, stack)
        for wanted in (True, False):
            run.through(_lanes([item for item in claimed if item.urgent is wanted], pools))
    return sent


_Made = tuple[Outcome, float] | None
_Pools = Mapping[str, ThreadPoolExecutor | None]


@dataclass(slots=True)
class _Batch:
    """Messages of one provider that are recorded together, and what has stopped some of them since the claim."""

    items: Sequence[Claimed]
    late: bool = False
    """Whether its turn would come too late: it is put back."""
    looked: float = 0.0
    withheld: dict[int, str] = field(default_factory=dict)
    looking: Lock = field(default_factory=Lock)


@dataclass(slots=True)
class _Lane:
    """What goes by one provider, batch after batch, however slow the others are. Without a pool this thread calls."""

    provider: str
    batches: deque[_Batch]
    pool: ThreadPoolExecutor | None
    ready_at: float | None = None
    """When the turn of its next batch comes; None while it has not taken one."""
    calls: list[Future[_Made]] | None = None

    @property
    def is_answered(self) -> bool:
        """Whether everything of the batch that is with the provider has been answered."""
        return self.calls is not None and all(call.done() for call in self.calls)


def _pools(claimed: Sequence[Claimed], stack: ExitStack) -> _Pools:
    """Return the threads of each provider: as many as it takes calls at once, and one where it is not the only one.

    Inside somebody's transaction a single call at a time is made by this thread, which alone sees what was written.
    """
    parallel = senders.parallel(providers={item.provider for item in claimed})
    alone = len(parallel) == 1 or connection.in_atomic_block
    return {
        code: None if calls == 1 and alone else stack.enter_context(ThreadPoolExecutor(max_workers=calls))
        for code, calls in parallel.items()
    }


def _lanes(items: Sequence[Claimed], pools: _Pools) -> list[_Lane]:
    of_each: dict[str, list[Claimed]] = defaultdict(list)
    for item in items:
        of_each[item.provider].append(item)
    return [
        _Lane(code, deque(_Batch(mine[start : start + BATCH]) for start in range(0, len(mine), BATCH)), pools[code])
        for code, mine in of_each.items()
    ]


@dataclass(slots=True)
class _Run:
    """One run: its clock, and the providers that refused everything in it."""

    began: float
    now: datetime
    worker: str
    sent: Sent
    stopped: set[str] = field(default_factory=set)
    began_by_wall: float = field(default_factory=lambda: time())

    def elapsed(self) -> timedelta:
        """Return how long the run has lasted, by the clock that says more: one stands still while a machine sleeps."""
        return timedelta(seconds=max(monotonic() - self.began, time() - self.began_by_wall))

    def at(self) -> datetime:
        return self.now + self.elapsed()

    def through(self, lanes: list[_Lane]) -> None:
        """Hand over what is in these lanes: each waits for its own turn and for its own provider alone."""
        while lanes := [lane for lane in lanes if lane.batches]:
            for lane in lanes:
                if lane.ready_at is None:
                    lane.ready_at = self._turn(lane.batches[0])
            waiting = sorted((lane for lane in lanes if lane.calls is None), key=lambda lane: lane.ready_at or 0.0)
            for lane in waiting:
                if (lane.ready_at or 0.0) <= monotonic():
                    self._begin(lane)
            if all(lane.calls is None for lane in lanes):
                sleep(max((waiting[0].ready_at or 0.0) - monotonic(), 0.0))
                self._begin(waiting[0])
            self._wait(lanes)
            for lane in lanes:
                if lane.is_answered:
                    self._finish(lane)

    def _wait(self, lanes: list[_Lane]) -> None:
        """Wait until a call is answered or a turn comes, unless a batch is answered already."""
        if any(lane.is_answered for lane in lanes):
            return
        calls = [call for lane in lanes for call in lane.calls or () if not call.done()]
        turns = [lane.ready_at for lane in lanes if lane.calls is None and lane.ready_at is not None]
        wait(calls, timeout=max(min(turns) - monotonic(), 0.0) if turns else None, return_when=FIRST_COMPLETED)

    def _turn(self, batch: _Batch) -> float:
        """Take a batch's turn and return when it comes; what would have to wait too long is put back.

        A code takes its turn and waits for none: it lives for minutes, and the others wait for it.
        """
        urgent = batch.items[0].urgent
        going = sum(not self._is_withheld(item, batch) for item in batch.items)
        most = None if urgent else timedelta(seconds=_MOST_WAIT_SECONDS)
        turn = timedelta()
        if going:
            found = senders.reserve(provider=batch.items[0].provider, calls=going, now=self.at(), most=most)
            batch.late = found is None
            turn = found or turn
        return monotonic() + (0.0 if urgent else turn.total_seconds())

    def _begin(self, lane: _Lane) -> None:
        """Hand one batch over, several calls at a time where the provider takes them."""
        batch = lane.batches[0]
        calls = [] if batch.late else batch.items
        if lane.pool is not None:
            lane.calls = [lane.pool.submit(self._attempt, item, batch) for item in calls]
            return
        lane.calls = []
        for item in calls:
            call: Future[_Made] = Future()
            call.set_result(self._attempt(item, batch))
            lane.calls.append(call)

    def _finish(self, lane: _Lane) -> None:
        """Record the answers to a batch."""
        batch = lane.batches.popleft()
        results = [call.result() for call in lane.calls or ()]
        lane.calls = lane.ready_at = None
        answers = []
        for item, result in zip(batch.items, results or repeat(None), strict=False):
            why = batch.withheld.get(item.message_id, PACED)
            self.sent.not_sent += result is None and why == PACED and not batch.late
            answers.append((item, result[0] if result else Outcome(Result.WITHHELD, error_code=why)))
        at = self.at()
        for _, outcome in answers:
            self.sent.count(outcome.result)
        self._record(answers, at)
        self._learn(lane.provider, results, at)

    def _record(self, answers: list[tuple[Claimed, Outcome]], at: datetime) -> None:
        """Record the answers to a batch; where that fails in a way nobody foresaw, each by itself.

        What cannot be recorded is of unknown outcome when its lease has run out, and loses no other its answer.
        """
        try:
            record(answers=answers, worker=self.worker, now=at)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001  one answer must not lose the others
            if len(answers) == 1:
                _log.exception("message %s: its answer could not be recorded", answers[0][0].message_id)
                return
            for answer in answers:
                self._record([answer], at)

    def _is_withheld(self, item: Claimed, batch: _Batch) -> bool:
        """Return whether an incident or a halt stops a message by now; looked up once a second for the whole batch."""
        with batch.looking:
            if not batch.looked or monotonic() - batch.looked >= LOOK_AGAIN_SECONDS:
                batch.withheld = dict.fromkeys(incidents.stopped(claimed=batch.items, now=self.at()), "incident")
                batch.withheld |= dict.fromkeys(halts.stopped(claimed=batch.items), "halted")
                batch.looked = monotonic()
            return item.message_id in batch.withheld

    def _attempt(self, item: Claimed, batch: _Batch) -> _Made:
        """Hand one message to its provider and return what came of it and the seconds it took; None: it may not."""
        try:
            return self._handed_over(item, batch)
        finally:
            if current_thread() is not main_thread() and not connection.in_atomic_block:
                # A thread of the pool: the connection that was opened in it would outlive it.
                connection.close()

    def _handed_over(self, item: Claimed, batch: _Batch) -> _Made:
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

    def _learn(self, code: str, results: Sequence[_Made], at: datetime) -> None:
        """Stop a provider that refuses everything, and note how another did."""
        made = [each for each in results if each and each[0].result is not Result.WITHHELD]
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
