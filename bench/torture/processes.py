"""The processes of the torture: forked, killed, cut off from the database, and replaced."""

import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from django.db import connection
from django.db.utils import IntegrityError, InterfaceError, OperationalError

from bench.torture import acts, provider
from bench.torture.stage import Clock, Stage
from collections_app.models import Staff
from collections_app.services.errors import AlreadyWrittenError, RefusedError

KILL_EVERY = 0.7
CUT_EVERY = 0.9
# Whoever is in the middle of something when a round ends, a night's file perhaps, has so long for it, and no longer.
GRACE = 60.0
# Only what this carries is cut off, so that nobody else on the server is.
NAME = "onecase-torture"

# Statements that go past Django's cursor raise the driver's own.
LOST = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)


@dataclass(slots=True)
class Round:
    """What was done to the processes of one round."""

    killed: int = 0
    cut: int = 0
    faults: list[str] = field(default_factory=list)


def play(stage: Stage, clock: Clock, *, cast: list[str], seconds: float, rng: random.Random) -> Round:
    """Let a cast of roles live side by side for so long, killing and cutting, and return when all are gone."""
    connection.close()
    done, until = Round(), time.monotonic() + seconds
    running = {_fork(stage, clock, role, number, until, rng): (role, number) for number, role in enumerate(cast)}
    vandal = _fork(stage, clock, "vandal", 0, until, rng)
    try:
        while time.monotonic() < until:
            time.sleep(rng.uniform(0, 2) * KILL_EVERY)
            pid = rng.choice(sorted(running))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            done.killed += 1
            role, number = running.pop(pid)
            running[_fork(stage, clock, role, number, until, rng)] = (role, number)
    finally:
        done.killed += _gather([*running, vandal], until + GRACE)
    done.cut = sum(int(path.read_text()) for path in stage.directory.glob("cut-*"))
    done.faults = [path.read_text() for path in sorted(stage.directory.glob("fault-*"))]
    for path in [*stage.directory.glob("cut-*"), *stage.directory.glob("fault-*")]:
        path.unlink()
    return done


def _gather(pids: list[int], end: float) -> int:
    """Wait for processes until a moment (monotonic seconds), kill those that are left, and return how many were."""
    left = set(pids)
    while left and time.monotonic() < end:
        left -= {pid for pid in left if os.waitpid(pid, os.WNOHANG)[0]}
        time.sleep(0.02)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return len(left)


def _fork(stage: Stage, clock: Clock, role: str, number: int, until: float, rng: random.Random) -> int:
    seed = rng.randrange(2**32)
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        random.seed(seed)
        own = random.Random(seed)
        if role == "vandal":
            _vandalise(stage.directory, until, own)
        else:
            _live(stage, clock.of_a_host(own), role, number, until, own)
    except BaseException:  # noqa: BLE001  a fork must never go on as its parent
        _note(stage.directory)
    finally:
        os._exit(0)


def _live(stage: Stage, clock: Clock, role: str, number: int, until: float, rng: random.Random) -> None:
    """Do one act after another. A refusal is an answer; a lost connection is made anew; all else is a fault."""
    provider.install()
    people = {"collector": stage.collectors, "agent": stage.agents, "supervisor": stage.supervisors}.get(role)
    staff_id = people[number % len(people)] if people else None
    life = None
    while time.monotonic() < until:
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                cursor.execute("SET application_name = %s", [NAME])
            if life is None:
                staff = Staff.objects.get(id=staff_id) if staff_id else None
                life = acts.Life(stage, clock, rng, staff, f"{role}{number}")
            while time.monotonic() < until:
                _once(life, role)
        except LOST as error:
            if "deadlock" in str(error):
                _note(stage.directory)
            connection.close()
    connection.close()


def _once(life: acts.Life, role: str) -> None:
    try:
        life.rng.choice(acts.ROLES[role])(life)
    except (RefusedError, AlreadyWrittenError):
        pass
    except IntegrityError as error:
        # Two of the same person's calls at once: the constraint is the guard.
        if "one_open_per" not in str(error):
            _note(life.stage.directory)
    except LOST:
        raise
    except Exception:  # noqa: BLE001  whatever a service raises unasked is a finding of the torture
        _note(life.stage.directory)


def _vandalise(directory: Path, until: float, rng: random.Random) -> None:
    """Cut connections in the middle of whatever they do."""
    cut = 0
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            time.sleep(rng.uniform(0, 2) * CUT_EVERY)
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity"
                " WHERE application_name = %s AND datname = current_database() ORDER BY random() LIMIT 1) AS chosen",
                [NAME],
            )
            cut += cursor.fetchone()[0]
    (directory / f"cut-{os.getpid()}").write_text(str(cut))


def _note(directory: Path) -> None:
    (directory / f"fault-{os.getpid()}-{time.monotonic_ns()}").write_text(traceback.format_exc())


def in_kinds(faults: list[str]) -> Counter[str]:
    """Return how often each fault came, by where it came from and what it said."""
    return Counter(" / ".join(line.strip() for line in _telling(fault)) for fault in faults)


def _telling(fault: str) -> list[str]:
    lines = fault.strip().splitlines()
    places = [line for line in lines if line.startswith("  File ") and "/site-packages/" not in line]
    return [*places[-1:], *[line for line in lines if line[:1].isalpha() and not line.startswith("Traceback")][-1:]]
