"""Who works and who wrecks: forked processes that die at the boundaries of what they do, and are replaced."""

import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone

from bench.torture.stage import Clock
from notifications.domain.outcomes import ErrorClass, Outcome, Report, Result
from notifications.models import SandboxInbox
from notifications.providers import registry
from notifications.providers.base import Outgoing
from notifications.providers.sandbox.inbox import deliver
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.services import planning, receipts, reconciling, sending
from notifications.services.replies import receiving

LOST = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
NAME = "onecase-message-torture"
# How likely a process dies at a boundary it passes.
DEADLY = {"at a statement": 0.0004, "before a commit": 0.004, "after a commit": 0.004, "before a call": 0.002}
DEADLY |= {"after a call": 0.004}
# Of a hundred calls: taken without an answer, not taken without an answer, put off, the same request taken late.
TAKEN_SILENTLY, LOST_SILENTLY, BUSY = 6, 4, 4
GRACE = 30.0
# When everybody has gone: leases end, providers are asked, what was never taken is sent again.
SETTLING = tuple(timedelta(minutes=number) for number in (1, 7, 9, 20, 32, 45, 57))
SETTLED_AFTER = SETTLING[-1] + timedelta(minutes=1)


@dataclass(slots=True)
class Done:
    """What a round did to its processes."""

    killed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class CountingProvider(SandboxProvider):
    """A phone behind a bad line that remembers under which attempt each text reached it, however often that is."""

    die: ClassVar[Callable[[str], None]] = staticmethod(lambda where: None)

    def send(self, outgoing: Outgoing, *, now: Any) -> Outcome:
        """Deliver or not, and tell the truth about it or not."""
        luck = random.uniform(0, 100)
        self.die("before a call")
        if luck < LOST_SILENTLY:
            return Outcome(Result.UNKNOWN, error_code="timeout")
        if luck < LOST_SILENTLY + BUSY:
            return Outcome(Result.TRANSIENT, error_code="busy", error_class=ErrorClass.TRANSIENT)
        # Never the same name twice: were the same attempt handed over again, the phone would show it again.
        name = f"{UUID(outgoing.attempt).hex}{random.getrandbits(64):016x}"
        deliver(
            provider=self.code, provider_id=name, number=outgoing.to, shown=outgoing.body, body=outgoing.body, at=now
        )
        self.die("after a call")
        if luck > 100 - TAKEN_SILENTLY:
            return Outcome(Result.UNKNOWN, error_code="timeout")
        return Outcome(Result.ACCEPTED, provider_id=name, report="accepted")


def play(place: Path, clock: Clock, *, roles: tuple[str, ...], seconds: float, rng: random.Random) -> Done:
    """Let all roles live side by side for so long, replacing whoever dies, and return when all are gone."""
    connection.close()
    until = time.monotonic() + seconds
    running = {_fork(place, clock, role, until, rng): role for role in roles}
    while running and time.monotonic() < until + GRACE:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid in running:
            role = running.pop(pid)
            if time.monotonic() < until:
                running[_fork(place, clock, role, until, rng)] = role
        else:
            time.sleep(0.01)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    killed = Counter(path.read_text() for path in place.glob("killed-*"))
    faults = Counter(path.read_text() for path in place.glob("fault-*"))
    for path in [*place.glob("killed-*"), *place.glob("fault-*")]:
        path.unlink()
    return Done(killed, [f"fault, {times} times: {what}" for what, times in faults.items()])


def _fork(place: Path, clock: Clock, role: str, until: float, rng: random.Random) -> int:
    seed = rng.randrange(2**32)
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        random.seed(seed)
        _install(None if role in _WRECKERS else place)
        _live(place, clock.of_a_host(random.Random(seed)), role, until)
    except BaseException:  # noqa: BLE001  a fork must never go on as its parent
        _note(place)
    finally:
        os._exit(0)


def _install(place: Path | None) -> None:
    """Send through the counting provider; with a place, die at the boundaries and say there at which."""
    registry._PROVIDERS["sandbox"] = CountingProvider
    registry.provider.cache_clear()
    if place is None:
        return

    def die(where: str) -> None:
        if random.random() < DEADLY[where]:
            (place / f"killed-{os.getpid()}").write_text(where)
            os.kill(os.getpid(), signal.SIGKILL)

    def at_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        die("at a statement")
        return execute(sql, params, many, context)

    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def commit_or_die(self: BaseDatabaseWrapper) -> Any:
        die("before a commit")
        done = commit(self)
        die("after a commit")
        return done

    BaseDatabaseWrapper._commit = commit_or_die  # type: ignore[attr-defined]
    connection.execute_wrappers.append(at_statement)
    CountingProvider.die = staticmethod(die)


def _live(place: Path, clock: Clock, role: str, until: float) -> None:
    """Do the role's act again and again. A lost connection is made anew; whatever else is raised is a fault."""
    while time.monotonic() < until:
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                cursor.execute("SET application_name = %s", [NAME])
            while time.monotonic() < until:
                ROLES[role](clock)
        except LOST as error:
            if "deadlock" in str(error):
                _note(place)
            connection.close()
        except Exception:  # noqa: BLE001  a finding of the torture
            _note(place)
    connection.close()


def _plan(clock: Clock) -> None:
    now = clock.now()
    planning.plan(on=timezone.localdate(now), now=now)
    time.sleep(0.3)


def _send(clock: Clock) -> None:
    """Send what is due; two senders go by the same name, as when Celery hands a task out twice."""
    if not sending.send_due(now=clock.now(), worker="redelivered", limit=40).results:
        time.sleep(0.05)


def _sweep(clock: Clock) -> None:
    now = clock.now()
    reconciling.expire_leases(now=now)
    reconciling.reconcile(now=now)
    reconciling.ask_for_receipts(now=now)
    time.sleep(0.2)


def _call_back(clock: Clock) -> None:
    """Report on texts of the last seconds: early, late, again, in any order, of nobody's; and forged."""
    rows = list(SandboxInbox.objects.filter(provider="sandbox").order_by("-id")[:40])
    for row in random.sample(rows, k=min(len(rows), 6)):
        attempt = str(UUID(row.provider_id[:32]))
        report = Report(
            row.provider_id, random.choice(["accepted", "sending", "sent", "delivered", "delivered", "failed"])
        )
        receipts.receive(provider_code="sandbox", report=report, attempt=attempt, now=clock.now())
        forged = Client().post(
            f"/notifications/twilio/{attempt}/status/", {"MessageSid": "SM1", "MessageStatus": "failed"}
        )
        if forged.status_code != 403:
            raise RuntimeError("a forged report was taken in")
    receipts.receive(provider_code="sandbox", report=Report("nobody", "sent"), attempt="nobody", now=clock.now())
    time.sleep(0.02)


def _answer(clock: Clock) -> None:
    """Answer now and then: stop, start, and what a person has to read, each delivered twice."""
    row = SandboxInbox.objects.order_by("?").first()
    if row is not None:
        name, words = f"IN{random.getrandbits(64):x}", random.choice(["TD", "START", "已还款", "你们行长是谁", "谢谢"])
        for _ in range(2):
            receiving.receive(provider="sandbox", provider_id=name, number=row.number, body=words, now=clock.now())
    time.sleep(0.3)


def _wreck(clock: Clock) -> None:
    """Cut a connection in the middle of whatever it does, and forget everything that Valkey knows of this bank.

    Its other databases are those of tests beside this one.
    """
    time.sleep(random.uniform(0, 0.8))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE application_name = %s"
            " AND datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1) AS chosen",
            [NAME],
        )
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


_WRECKERS = frozenset({"caller", "vandal"})
ROLES: Mapping[str, Callable[[Clock], None]] = {
    "planner": _plan, "sender": _send, "sweeper": _sweep, "caller": _call_back, "customer": _answer, "vandal": _wreck,
}  # fmt: skip


def settle(clock: Clock) -> None:
    """Let the machines finish what is owed, as they would in the hour after everybody has gone."""
    _install(None)
    for later in SETTLING:
        now = clock.now() + later
        reconciling.expire_leases(now=now, limit=100_000)
        reconciling.reconcile(now=now, limit=100_000)
        while sending.send_due(now=now, worker="settling").results:
            pass


def _note(place: Path) -> None:
    lines = traceback.format_exc().strip().splitlines()
    places = [line.strip() for line in lines if line.startswith("  File ") and "/site-packages/" not in line]
    (place / f"fault-{os.getpid()}-{time.monotonic_ns()}").write_text(" / ".join([*places[-1:], lines[-1]]))
