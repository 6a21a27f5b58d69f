"""Run every benchmark, or those named: ``python -m bench [NAME …]``."""

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
# Each is a module of this package with ``MINUTES`` and ``run(size=…) -> Result``.
NAMES = ("worklist", "freshness", "audit", "torture")


def main() -> int:
    """Run benchmarks on servers of their own; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="default: all of them")
    parser.add_argument("--size", type=int, help="less than the full number of rows or attempts, for a quick look")
    arguments = parser.parse_args()
    names = arguments.names or NAMES
    start_django()
    met = True
    for name in names:
        module = importlib.import_module(f"bench.{name}")
        print(f"{name}: about {module.MINUTES} min", flush=True)
        start = time.monotonic()
        result = module.run(size=arguments.size)
        print(result.table())
        print(f"{name}: {(time.monotonic() - start) / 60:.1f} min, {result.save().relative_to(BASE_DIR)}\n", flush=True)
        met = met and result.met
    return 0 if met else 1


def start_django() -> None:
    """Start PostgreSQL and Valkey for benchmarks, apart from those of demo and tests, with a fresh database."""
    os.environ["ONECASE_MODE"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from config.embedded import ensure

    ensure(BASE_DIR, "bench")
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)


if __name__ == "__main__":
    sys.exit(main())
