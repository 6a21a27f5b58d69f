"""What a benchmark found, as a table to read and a file to keep."""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

BASE_DIR = Path(__file__).resolve().parent.parent
RESULTS = BASE_DIR / "bench" / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure."""

    what: str
    value: float
    unit: str


@dataclass
class Result:
    """The figures of one benchmark; ``goals`` name ratios and the bound each must keep: ``("<=", 1.5)``."""

    name: str
    rows: list[Row] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)
    goals: dict[str, tuple[str, float]] = field(default_factory=dict)

    def add(self, what: str, value: float, unit: str) -> float:
        """Keep one figure and return it."""
        self.rows.append(Row(what, round(value, 3), unit))
        return value

    @property
    def met(self) -> bool:
        """Whether every goal is kept by its ratio."""
        return all(_keeps(self.ratios[name], *bound) for name, bound in self.goals.items())

    def table(self) -> str:
        """Return the figures, the ratios and whether each goal is kept, for a terminal."""
        lines = [f"{row.what:<58} {row.value:>14,.3f} {row.unit}" for row in self.rows]
        lines.append("")
        for name, value in self.ratios.items():
            sign, bound = self.goals.get(name, ("", 0.0))
            verdict = f"goal {sign} {bound:g}: {'kept' if _keeps(value, sign, bound) else 'MISSED'}" if sign else ""
            lines.append(f"{name:<58} {value:>14,.3f} {verdict}")
        return "\n".join(lines)

    def save(self) -> Path:
        """Write ``bench/results/NAME.json`` and return its path."""
        RESULTS.mkdir(parents=True, exist_ok=True)
        path = RESULTS / f"{self.name}.json"
        body = {
            "name": self.name,
            "commit": commit(),
            "cores": os.cpu_count(),
            "rows": [{"what": row.what, "value": row.value, "unit": row.unit} for row in self.rows],
            "ratios": {name: round(value, 4) for name, value in self.ratios.items()},
            "goals": {name: f"{sign} {bound:g}" for name, (sign, bound) in self.goals.items()},
            "met": self.met,
        }
        path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return path


def _keeps(value: float, sign: str, bound: float) -> bool:
    return value <= bound if sign == "<=" else value >= bound


def commit() -> str:
    """Return the commit that is measured, with a mark when files differ from it."""
    head = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=BASE_DIR, capture_output=True, text=True)
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=BASE_DIR, capture_output=True, text=True)
    return head.stdout.strip() + ("-changed" if changed.stdout.strip() else "")


def cost_ms(calls: Mapping[str, Callable[[], object]], *, times: int = 30, warm: int = 3) -> dict[str, float]:
    """Return the median cost of each call in milliseconds (`costs_ms`)."""
    taken = costs_ms(calls, times=times, warm=warm)
    return {name: statistics.median(each) for name, each in taken.items()}


def costs_ms(calls: Mapping[str, Callable[[], object]], *, times: int = 30, warm: int = 3) -> dict[str, list[float]]:
    """Return what each call cost each time in milliseconds, after some that do not count; they take turns.

    The cost is processor time, of this process and of the server process behind Django's connection: what else the
    machine does prolongs no call. Where the system does not tell it, the time that passed.
    """
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(warm + times):
        for name, call in calls.items():
            before = _spent()
            call()
            if turn >= warm:
                taken[name].append((_spent() - before) * 1000)
    return taken


def _spent() -> float:
    """Return the seconds of processor time this process and its server process have had."""
    connection.ensure_connection()
    try:
        server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text(encoding="ascii")
    except OSError:
        return time.perf_counter()
    return time.process_time() + int(server.split()[0]) / 1e9
