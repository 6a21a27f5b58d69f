"""Payments under every fault at once: the cashier's own book decides what the entries must say, to the fen.

The processes are real, the kills are SIGKILL, PostgreSQL is real, and the cashier counts by itself who has paid. Its
notifications come twice, late, in any order or never; forged ones come between them; customers click twice, give up
and begin again; a gateway sends money back; clients and workers die at statements and commits.
"""

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.payment_torture import bank, cast, verdict
from bench.result import Result
from bench.torture.stage import Clock
from collections_app.services.clock import now
from repayment.models import GatewayNotice, Payment, SandboxOrder

MINUTES = 12
PAYMENTS = 10_000
ROLES = (*["customer"] * 4, "cashier", "cashier", "sweeper", "forger", "vandal")
SHORT_ROLES = ("customer", "customer", "cashier", "sweeper", "forger", "vandal")


@dataclass(slots=True)
class Report:
    """What was tried, what was done to it, and everything that was wrong afterwards."""

    payments: int = 0
    paid: int = 0
    rounds: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


def run(*, size: int | None = None) -> Result:
    """Torture until so many payments have been begun (10,000 unless told), and report exceptions."""
    report = torture(payments=size or PAYMENTS, seconds=20, customers=400, seed=1)
    result = Result("payment_torture", goals={"exceptions": ("<=", 0)})
    result.ratios = {"exceptions": len(report.violations), "payments": report.payments}
    result.add("rounds", report.rounds, "rounds")
    result.add("paid at the cashier", report.paid, "payments")
    told = {f"killed {where}": times for where, times in report.killed.items()} | report.kinds
    for name, number in told.items():
        result.add(name, number, "times")
    for sentence in report.violations[:50]:
        print(sentence)
    return result


def _are_enough(played: int, rounds: int | None, killed: Counter[str]) -> bool:
    """Return whether the rounds asked for are over. On a busy machine little happens in one: then some more follow."""
    if rounds is None or played < rounds:
        return False
    seen = bool(killed) and SandboxOrder.objects.filter(outcome="paid").exists()
    return seen or played >= rounds + 8


def torture(
    *,
    payments: int,
    seconds: float,
    customers: int,
    seed: int,
    roles: tuple[str, ...] = ROLES,
    rounds: int | None = None,
    deadly: float = 1,
) -> Report:
    """Play rounds of so many seconds until enough was begun; settle and judge each of them.

    ``deadly`` multiplies how often a process dies: a short round must see some die as well.

    The database is empty before, and holds the tortured bank after.
    """
    rng, report, killed = random.Random(seed), Report(), Counter[str]()
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        # The true hour: what the cashier signs is heard by views, which go by the clock of their own process.
        clock = Clock(now(), time.monotonic())
        stage = bank.open_bank(place, customers=customers, now=clock.now())
        while report.payments < payments and not _are_enough(report.rounds, rounds, killed):
            done = cast.play(stage, clock, roles=roles, seconds=seconds, rng=rng, deadly=deadly)
            killed += done.killed
            cast.settle(clock)
            report.rounds += 1
            report.violations += [*done.faults, *verdict.wrong(now=clock.now() + cast.SETTLED_AFTER)]
            report.payments = Payment.objects.count()
            print(f"round {report.rounds}: {report.payments:,} begun, {len(report.violations)} wrong", flush=True)
    report.killed, report.paid = dict(killed), SandboxOrder.objects.filter(outcome="paid").count()
    kinds = Counter(f"payments, {state}" for state in Payment.objects.values_list("state", flat=True))
    kinds += Counter(f"notices, {said}" for said in GatewayNotice.objects.values_list("verdict", flat=True))
    report.kinds = dict(kinds)
    return report
