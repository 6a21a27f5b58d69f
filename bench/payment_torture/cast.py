"""Who pays, who tells of it, and who wrecks: forked processes that die at the boundaries of what they do."""

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
from typing import Any

import psycopg2
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import InterfaceError, OperationalError
from django.test import Client

from bench.payment_torture.bank import Stage
from bench.torture.stage import Clock
from collections_app.models import AccessSession, Account
from collections_app.services.errors import RefusedError
from repayment.domain.notices import Outcome
from repayment.domain.orders import GatewayUnreachableError
from repayment.domain.payments import SILENT_AFTER
from repayment.gateways.sandbox import book, delivery
from repayment.models import Payment, SandboxOrder
from repayment.services import notices, payments, sweeps

LOST = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
NAME = "onecase-payment-torture"
# How likely a process dies at a boundary it passes.
DEADLY = {"at a statement": 0.0004, "before a commit": 0.006, "after a commit": 0.006}
GRACE = 30.0
SETTLED_AFTER = SILENT_AFTER + timedelta(minutes=2)
NOTIFY = "/r/gateways/sandbox/notify/"
FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Done:
    """What a round did to its processes."""

    killed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Life:
    """One process: the bank it lives in and its clock."""

    stage: Stage
    clock: Clock


def play(
    stage: Stage, clock: Clock, *, roles: tuple[str, ...], seconds: float, rng: random.Random, deadly: float = 1
) -> Done:
    """Let all roles live side by side for so long, replacing whoever dies, and return when all are gone."""
    connection.close()
    until = time.monotonic() + seconds
    running = {_fork(stage, clock, role, until, rng, deadly): role for role in roles}
    while running and time.monotonic() < until + GRACE:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid in running:
            role = running.pop(pid)
            if time.monotonic() < until:
                running[_fork(stage, clock, role, until, rng, deadly)] = role
        else:
            time.sleep(0.01)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    killed = Counter(path.read_text() for path in stage.place.glob("killed-*"))
    faults = Counter(path.read_text() for path in stage.place.glob("fault-*"))
    for path in [*stage.place.glob("killed-*"), *stage.place.glob("fault-*")]:
        path.unlink()
    return Done(killed, [f"fault, {times} times: {what}" for what, times in faults.items()])


def _fork(stage: Stage, clock: Clock, role: str, until: float, rng: random.Random, deadly: float) -> int:
    seed = rng.randrange(2**32)
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        random.seed(seed)
        if role not in _WRECKERS:
            _install(stage.place, deadly)
        _live(Life(stage, clock.of_a_host(random.Random(seed))), role, until)
    except BaseException:  # noqa: BLE001  a fork must never go on as its parent
        _note(stage.place)
    finally:
        os._exit(0)


def _install(place: Path, deadly: float) -> None:
    """Die at the boundaries, and say there at which."""

    def die(where: str) -> None:
        if random.random() < DEADLY[where] * deadly:
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


def _live(life: Life, role: str, until: float) -> None:
    """Do the role's act again and again. A refusal is an answer; a lost connection is made anew; else it is a fault."""
    while time.monotonic() < until:
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                cursor.execute("SET application_name = %s", [NAME])
            while time.monotonic() < until:
                ROLES[role](life)
        except (RefusedError, GatewayUnreachableError):
            continue
        except LOST as error:
            if "deadlock" in str(error):
                _note(life.stage.place)
            connection.close()
        except Exception:  # noqa: BLE001  a finding of the torture
            _note(life.stage.place)
    connection.close()


def _pay(life: Life) -> None:
    """Click, often twice, and pay, cancel, fail or walk away at the cashier; sometimes give up while it is paid."""
    session = AccessSession.objects.select_related("customer").get(pk=random.choice(life.stage.sessions))
    account = Account.objects.get(customer_id=session.customer_id)
    click: dict[str, Any] = {
        "session": session,
        "account_id": account.pk,
        "amount_fen": random.randint(1, 90_000),
        "purpose": "other",
        "idempotency_key": f"{random.getrandbits(128):032x}",
        "seen_version": session.customer.version,
    }
    payment = payments.start(**click, now=life.clock.now()).payment
    if random.random() < 0.4:
        again = payments.start(**click, now=life.clock.now()).payment
        if again.pk != payment.pk:
            raise RuntimeError("the second click began another payment")
    ends = [Outcome.PAID] * 7 + [Outcome.CANCELLED, Outcome.FAILED]
    if random.random() < 0.9:
        book.close(
            reference=payment.reference,
            outcome=random.choice(ends),
            amount_fen=payment.amount_fen,
            currency=payment.currency,
            now=life.clock.now(),
        )
    if random.random() < 0.2:
        notices.settle_from_answer(payment=payment, now=life.clock.now())


def _tell(life: Life) -> None:
    """Tell of orders of the last while: early, late, again, in any order; some never. Now and then send money back."""
    orders = list(SandboxOrder.objects.exclude(outcome="open").order_by("-id")[:60])
    for order in random.sample(orders, k=min(len(orders), 8)):
        if order.outcome == Outcome.PAID and random.random() < 0.1 and order.amount_fen > order.refunded_fen:
            left_fen = order.amount_fen - order.refunded_fen
            fen = random.choice([left_fen, random.randint(1, left_fen)])
            order = book.refund(reference=order.reference, fen=fen, now=life.clock.now())
        for outcome in random.sample(delivery.outcomes(order), k=len(delivery.outcomes(order))):
            body = delivery.notification(order, outcome=outcome, now=life.clock.now())
            for _ in range(random.choice([0, 1, 1, 2])):
                _heard(body)


def _heard(body: bytes) -> bool:
    return Client().post(NOTIFY, body, content_type=FORM).content == b"success"


def _forge(life: Life) -> None:
    """Tell of money that never came: unsigned, altered, of nobody's, and even rightly signed."""
    payment = Payment.objects.filter(state="in_flight").order_by("?").first()
    if payment is not None and not SandboxOrder.objects.filter(reference=payment.reference).exists():
        claimed = SandboxOrder(
            reference=payment.reference,
            gateway_reference=f"SBFORGED{random.getrandbits(64):x}",
            amount_fen=payment.amount_fen,
            currency=payment.currency,
        )
        signed = delivery.notification(claimed, outcome=Outcome.PAID, now=life.clock.now())
        for body in (signed, signed.replace(b"outcome=paid", b"outcome=refunded"), signed[:-3] + b"abc"):
            # The customer may pay in this very instant: then the amount is true, and the reference is not.
            if _heard(body) and body is not signed:
                raise RuntimeError("a forged notification was heard")
    time.sleep(0.02)


def _sweep(life: Life) -> None:
    sweeps.ask_about_silent(now=life.clock.now() + random.choice([timedelta(), SILENT_AFTER]))
    sweeps.follow_postings(now=life.clock.now())
    time.sleep(0.2)


def _wreck(life: Life) -> None:
    """Cut a connection in the middle of whatever it does."""
    time.sleep(random.uniform(0, 0.8))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE application_name = %s"
            " AND datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1) AS chosen",
            [NAME],
        )


_WRECKERS = frozenset({"forger", "vandal"})
ROLES: Mapping[str, Callable[[Life], None]] = {
    "customer": _pay, "cashier": _tell, "sweeper": _sweep, "forger": _forge, "vandal": _wreck,
}  # fmt: skip


def settle(clock: Clock) -> None:
    """Let the machines finish what is owed: the cashier repeats what was not heard, and the sweep asks for the rest."""
    now = clock.now() + SETTLED_AFTER
    while sweeps.ask_about_silent(now=now, limit=10_000):
        pass
    for order in SandboxOrder.objects.exclude(outcome="open"):
        for outcome in delivery.outcomes(order):
            _heard(delivery.notification(order, outcome=outcome, now=clock.now()))


def _note(place: Path) -> None:
    lines = traceback.format_exc().strip().splitlines()
    places = [line.strip() for line in lines if line.startswith("  File ") and "/site-packages/" not in line]
    (place / f"fault-{os.getpid()}-{time.monotonic_ns()}").write_text(" / ".join([*places[-1:], lines[-1]]))
