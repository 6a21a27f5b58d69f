"""Messages under every fault at once: workers die at each statement, commit and call; what a phone received decides.

The processes are real, the kills are SIGKILL, PostgreSQL and Valkey are real, and the provider counts by itself what
a phone would show. Each message is to be received at most once, never against the record, and none is forgotten.
"""

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db.models import Sum

from bench.message_torture import bank, cast, verdict
from bench.result import Result
from bench.torture.stage import Clock
from notifications.models import Message, Receipt, Reply, SandboxInbox

MINUTES = 40
ATTEMPTS = 100_000
ROLES = (*["sender"] * 4, "planner", "sweeper", "caller", "customer", "vandal")
SHORT_ROLES = ("sender", "sender", "planner", "sweeper", "caller", "customer", "vandal")
# The second round begins at the instant at which Europe's clocks go back: half of the customers live there.
STARTS_AT = datetime(2026, 10, 24, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ROUNDS_OF_A_DAY = (timedelta(0), timedelta(hours=16))


@dataclass(slots=True)
class Report:
    """What was tried, what was done to it, and everything that was wrong afterwards."""

    attempts: int = 0
    received: int = 0
    rounds: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


def run(*, size: int | None = None) -> Result:
    """Torture until so many messages have been handed over (100,000 unless told), and report exceptions."""
    report = torture(attempts=size or ATTEMPTS, seconds=20, customers=6000, seed=1)
    result = Result("message_torture", goals={"exceptions": ("<=", 0)})
    result.ratios = {"exceptions": len(report.violations), "attempts": report.attempts}
    result.add("rounds", report.rounds, "rounds")
    result.add("received by phones", report.received, "messages")
    for name, number in {
        **{f"killed {where}": times for where, times in report.killed.items()},
        **report.kinds,
    }.items():
        result.add(name, number, "times")
    for sentence in report.violations[:50]:
        print(sentence)
    return result


def torture(
    *,
    attempts: int,
    seconds: float,
    customers: int,
    seed: int,
    roles: tuple[str, ...] = ROLES,
    rounds: int | None = None,
) -> Report:
    """Play rounds of so many seconds, two a day, until enough was handed over; settle and judge each of them.

    The database is empty before, and holds the tortured bank after.
    """
    rng, report, killed = random.Random(seed), Report(), Counter[str]()
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        bank.open_bank(now=STARTS_AT)
        taken = None
        while report.attempts < attempts and report.rounds != rounds:
            day, part = divmod(report.rounds, len(ROUNDS_OF_A_DAY))
            clock = Clock(STARTS_AT + timedelta(days=day) + ROUNDS_OF_A_DAY[part], time.monotonic())
            taken = bank.take_in(place, customers=customers, taken=taken, now=clock.now())
            done = cast.play(place, clock, roles=roles, seconds=seconds, rng=rng)
            killed += done.killed
            cast.settle(clock)
            report.rounds += 1
            report.violations += [*done.faults, *verdict.wrong(now=clock.now() + cast.SETTLED_AFTER)]
            report.attempts = Message.objects.aggregate(total=Sum("attempts"))["total"] or 0
            print(f"round {report.rounds}: {report.attempts:,} handed over, {len(report.violations)} wrong", flush=True)
    report.killed, report.received = dict(killed), SandboxInbox.objects.count()
    report.kinds = {"receipts": Receipt.objects.count(), "replies": Reply.objects.count()}
    report.kinds |= Counter(f"messages, {state}" for state in Message.objects.values_list("state", flat=True))
    return report
