"""The bank that is tortured: its people, its customers, and the file of each night."""

import random
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from collections_app.models import Branch, Customer, IntakeBatch, IntakeState, Staff
from collections_app.services import intake, records, reference
from collections_app.services.emergencies import sentences
from notifications.services import templates
from tests import factories
from tests.collections_app import intake_files

ZONE = ZoneInfo("Asia/Shanghai")
# Hosts are told to keep their clocks; they may still be so far from the true time, either way.
SKEW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Clock:
    """One host's clock: it runs as the true one does, so much ahead or behind."""

    starts_at: datetime
    began: float
    skew: timedelta = timedelta()

    def now(self) -> datetime:
        """Return what this host takes for the time."""
        return self.starts_at + timedelta(seconds=time.monotonic() - self.began) + self.skew

    def of_a_host(self, rng: random.Random) -> "Clock":
        """Return the same clock on a host whose time is off by up to thirty seconds."""
        return Clock(self.starts_at, self.began, rng.uniform(-1, 1) * SKEW)


@dataclass(frozen=True, slots=True)
class Stage:
    """What every process knows of the bank: who works there, and where the nightly files are."""

    directory: Path
    customers: int
    collectors: tuple[int, ...]
    agents: tuple[int, ...]
    supervisors: tuple[int, ...]

    def file_of(self, as_of: date) -> Path:
        """Return the path of the file of a day; its balances move a little from day to day."""
        path = self.directory / f"{as_of:%Y%m%d}.csv"
        if not path.exists():
            rng = random.Random(as_of.toordinal())
            rows = [_row(number, as_of, rng) for number in range(self.customers)]
            draft = path.with_suffix(f".{time.monotonic_ns()}")
            intake_files.write(draft, rows).replace(path)
        return path


def _row(number: int, as_of: date, rng: random.Random) -> dict[str, str]:
    """A card that is overdue, or every third time one whose bill falls due in three days."""
    is_current = number % 3 == 0
    values = {
        "branch": ("BJ", "SH")[number % 2],
        "minimum_due": f"{700 + rng.randrange(50)}.00",
        "payoff_valid_until": f"{as_of + timedelta(days=3):%Y-%m-%d}",
        "due_date": f"{as_of + timedelta(days=4 if is_current else 8):%Y-%m-%d}",
    }
    return (intake_files.current if is_current else intake_files.row)(number, **values)


def open_bank(directory: Path, *, customers: int, people: int, clock: Clock) -> Stage:
    """Make people and rules, and take in the first file. ``people`` are the collectors, and half as many agents."""
    now = clock.now()
    reference.load_rule_packs(now=now)
    reference.load(now=now)
    templates.load_seed(now=now)
    sentences.load(now=now)
    intake_files.make_branches()
    branches = list(Branch.objects.filter(code__in=["BJ", "SH"]).order_by("code"))
    stage = Stage(
        directory,
        customers,
        tuple(_staff("collector", branches[number % 2]).id for number in range(people)),
        tuple(_staff("service_agent", branches[0]).id for _ in range(max(people // 2, 1))),
        tuple(_staff("supervisor", branch).id for branch in branches),
    )
    take_in(stage, clock)
    if Customer.objects.count() != customers:
        raise RuntimeError("the first file was not taken in")
    return stage


def _staff(role: str, branch: Branch) -> Staff:
    return factories.make_staff(role, branch=branch)


def take_in(stage: Stage, clock: Clock) -> None:
    """Take in the file of yesterday, as the night's run does."""
    now = clock.now()
    as_of = now.astimezone(ZONE).date() - timedelta(days=1)
    intake.take_in(path=stage.file_of(as_of), as_of=as_of, actor=records.SYSTEM, now=now)


def check_taken_in(clock: Clock) -> None:
    """Raise RuntimeError when the file of yesterday is not in: permits would be refused as stale, and prove nothing."""
    as_of = clock.now().astimezone(ZONE).date() - timedelta(days=1)
    if not IntakeBatch.objects.filter(as_of=as_of, state__in=[IntakeState.DONE, IntakeState.UNCHANGED]).exists():
        raise RuntimeError(f"the file of {as_of} was not taken in")
