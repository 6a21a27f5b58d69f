"""Say which branches of the domain no pure test takes: every one must be, by tests without database and browser.

A check of its own (tools/check.py): measuring the whole suite would slow all of it, and a branch that only a page
happens to take is not one that somebody has thought of. What tests draw at random are a few cases here, and the same
ones every time (`--pure`, tests/plugin.py), so that the answer is the same, too.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = BASE_DIR / ".onecase" / "test" / "domain.coverage"
# Of the many modules of tests those that could be about the domain.
ABOUT_THE_DOMAIN = re.compile(r"^\s*(from|import) \w+\.domain\b", re.MULTILINE)
# These start programs and drive browsers.
LONG_ROOMS = {"house", "story"}
PROCESSES = 2
NOTHING_COLLECTED = 5  # pytest's


def main() -> int:
    """Measure, print what is missing, and return 1 when anything is."""
    paths = [path for path in (BASE_DIR / "tests").rglob("test_*.py") if path.parent.name not in LONG_ROOMS]
    found = [
        str(path)
        for path in sorted(paths, key=lambda path: path.stat().st_size)
        if ABOUT_THE_DOMAIN.search(path.read_text(encoding="utf-8"))
    ]
    DATA.parent.mkdir(parents=True, exist_ok=True)
    for old in DATA.parent.glob(f"{DATA.name}*"):
        old.unlink()
    running = [measure(found[place::PROCESSES]) for place in range(PROCESSES)]
    for process in running:
        said = process.communicate()[0]
        if process.returncode not in {0, NOTHING_COLLECTED}:
            print(said[-4000:])
            for other in running:
                other.kill()
            return 1
    coverage("combine", "--quiet")
    told = coverage("report", "--fail-under=100", "--precision=2", "--show-missing", "--skip-covered")
    if told.returncode:
        print(told.stdout + told.stderr)
    return 1 if told.returncode else 0


def measure(paths: Sequence[str]) -> "subprocess.Popen[str]":
    """Begin to run the pure tests of some modules, counting the branches of the domain they take."""
    domains = ",".join(str(path) for path in sorted(BASE_DIR.glob("*/domain")))
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "coverage", "run", "--branch", "--parallel-mode", f"--source={domains}"),
            *("-m", "pytest", "--pure", "--quiet", "--no-header", "-p", "no:cacheprovider", *paths),
        ],
        cwd=BASE_DIR, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def coverage(*command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of coverage on the data of this check."""
    return subprocess.run(
        [sys.executable, "-m", "coverage", *command],
        cwd=BASE_DIR, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


def environment() -> dict[str, str]:
    """Return what coverage is started with: its data apart from those of whoever measures something else."""
    return os.environ | {"COVERAGE_FILE": str(DATA)}


if __name__ == "__main__":
    sys.exit(main())
