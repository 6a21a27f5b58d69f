"""What a benchmark found, as a table to read and a file to keep."""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

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


def median_ms(call: Callable[[], object], *, times: int = 30, warm: int = 3) -> float:
    """Return the median time of a call in milliseconds, after some calls that do not count."""
    for _ in range(warm):
        call()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)
