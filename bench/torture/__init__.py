"""Collectors, agents, diallers, files, payments and workers at once, killed, cut off, and on clocks that differ.

Ends in the audit of all ten guarantees. The processes are real, and so is the database; a killed one dies in the
middle of whatever it does, a provider takes messages without saying so, and no two hosts agree on the time.
"""

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count

from bench.result import Result
from bench.torture import acts, processes, stage
from collections_app.models import Contact, Conversation, Event, Hold, PermitRefusal, Promise
from notifications.models import Message, SandboxInbox
from oversight.selectors.guarantees import AUDITS

MINUTES = 45
ATTEMPTS = 1_000_000
AMONG_ALL = (300_000, 15)
CAST = (*["collector"] * 3, *["agent"] * 2, "supervisor", *["dialler"] * 3, "payments", "planner", "worker")
SHORT_CAST = ("collector", "agent", "supervisor", "dialler", "payments", "planner", "worker")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
# Hours of a day at which a round begins; the last runs into the quiet hours.
HOURS = (timedelta(hours=0), timedelta(hours=5), timedelta(hours=12, minutes=59, seconds=55))
SETTLING = timedelta(minutes=20)


@dataclass(slots=True)
class Report:
    """What was tried and done, and everything that was wrong afterwards."""

    attempts: int = 0
    rounds: int = 0
    killed: int = 0
    cut: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


def run(*, size: int | None = None) -> Result:
    """Torture a bank until so many permits have been asked for (a million unless told), and report violations."""
    report = torture(attempts=size or ATTEMPTS, seconds=30, customers=2000, seed=1)
    result = Result("torture", goals={"violations": ("<=", 0)})
    result.ratios = {"violations": len(report.violations), "attempts": report.attempts}
    for name in ("rounds", "killed", "cut"):
        result.add(name, getattr(report, name), "times")
    for name, number in report.kinds.items():
        result.add(name, number, "rows")
    for sentence in report.violations[:50]:
        print(sentence)
    return result


def torture(
    *, attempts: int, seconds: float, customers: int, seed: int, cast: tuple[str, ...] = CAST, rounds: int | None = None
) -> Report:
    """Play rounds of so many seconds, each hours later, until enough permits have been asked for; then audit.

    The database is empty before, and holds the tortured bank after.
    """
    rng, report = random.Random(seed), Report()
    with tempfile.TemporaryDirectory() as directory:
        clock = stage.Clock(MONDAY, time.monotonic())
        bank = stage.open_bank(Path(directory), customers=customers, people=cast.count("collector"), clock=clock)
        while report.attempts < attempts and report.rounds != rounds:
            day, hour = divmod(report.rounds, len(HOURS))
            clock = stage.Clock(MONDAY + timedelta(days=day) + HOURS[hour], time.monotonic())
            done = processes.play(bank, clock, cast=list(cast), seconds=seconds, rng=rng)
            report.rounds += 1
            report.killed += done.killed
            report.cut += done.cut
            faults = [f"fault, {n} times: {what}" for what, n in processes.in_kinds(done.faults).items()]
            for sentence in faults:
                print(sentence, flush=True)
            report.violations += faults
            clock = stage.Clock(clock.now() + SETTLING, time.monotonic())
            acts.settle(bank, clock)
            report.attempts = Contact.objects.count() + PermitRefusal.objects.count()
            print(f"round {report.rounds}: {report.attempts:,} attempts, {len(report.violations)} faults", flush=True)
    report.kinds = _kinds()
    report.violations += [*_audit(clock.now()), *_twice()]
    return report


def _audit(now: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return [
        f"{audit.CODE} {item.customer_no}: {item.what}" for audit in AUDITS for item in audit.audit(now=now).violations
    ]


def _twice() -> list[str]:
    """What the handsets show more than once, by the sandbox itself and not by what OneCase believes."""
    rows = SandboxInbox.objects.values("number_token", "body_sha256").annotate(times=Count("id"))
    sent = Counter(Message.objects.exclude(accepted_at=None).values_list("body_sha256", flat=True))
    return [
        f"a handset shows the same message {row['times']} times"
        for row in rows.filter(times__gt=1)
        if row["times"] > sent[row["body_sha256"]]
    ]


def _kinds() -> dict[str, int]:
    found = {
        "calls": Conversation.objects.count(),
        "promises": Promise.objects.count(),
        "holds": Hold.objects.count(),
        "messages": Message.objects.count(),
        "events": Event.objects.count(),
    }
    for name, rows, column in (
        ("contacts", Contact.objects, "state"),
        ("refusals", PermitRefusal.objects, "reason"),
    ):
        counted = rows.order_by().values_list(column).annotate(Count("id"))
        found |= {f"{name}, {value}": number for value, number in sorted(counted)}
    return found
