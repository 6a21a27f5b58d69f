"""Run every benchmark, or those named: ``python -m bench [NAME …]``."""

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
# Each is a module of this package with ``MINUTES`` and ``run(size=…) -> Result``. One that would alone take most of the
# hour in which all of them must be done names, as ``AMONG_ALL``, its size and minutes for that.
NAMES = (
    "worklist",
    "desk",
    "freshness",
    "audit",
    "send",
    "torture",
    "message_torture",
    "payment_torture",
    "targeting",
    "schedule",
    "repayment",
    "page",
    "guessing",
)


def main() -> int:
    """Run benchmarks on servers of their own; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="default: all of them")
    parser.add_argument("--size", type=int, help="less than the full number of rows or attempts, for a quick look")
    arguments = parser.parse_args()
    names = arguments.names or NAMES
    start_django()
    met = True
    taken: dict[str, float] = {}
    for name in names:
        module = importlib.import_module(f"bench.{name}")
        size, minutes = arguments.size, module.MINUTES
        if size is None and len(names) == len(NAMES):
            size, minutes = getattr(module, "AMONG_ALL", (size, minutes))
        print(f"{name}: about {minutes} min{f', size {size:,}' if size else ''}", flush=True)
        start = time.monotonic()
        result = module.run(size=size)
        print(result.table())
        taken[name] = (time.monotonic() - start) / 60
        print(f"{name}: {taken[name]:.1f} min, {result.save().relative_to(BASE_DIR)}\n", flush=True)
        met = met and result.met
    if len(taken) > 1:
        each = ", ".join(f"{name} {minutes:.1f}" for name, minutes in taken.items())
        print(f"all: {sum(taken.values()):.1f} min ({each})")
    return 0 if met else 1


def start_django() -> None:
    """Start PostgreSQL and Valkey for benchmarks, apart from those of demo and tests, with a fresh database."""
    os.environ["ONECASE_MODE"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from config.embedded import ensure

    ensure(BASE_DIR, "bench")
    import django
    from django.conf import settings

    # It watches queries in tests alone, and what it wraps around each is no cost of the product's.
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != "zeal"]
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "zeal" not in name]
    django.setup()
    from tests import tables

    tables.anew()


if __name__ == "__main__":
    sys.exit(main())
