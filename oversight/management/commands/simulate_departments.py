"""``manage.py simulate_departments``: two departments with a copy each against two departments on one record."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.services.simulation import bank, running, worlds


class Command(BaseCommand):
    help = "Simulate two departments on copies synchronised nightly, and on OneCase (docs/simulation.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--customers", type=int, default=5000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        order = running.Order(options["days"], options["customers"], options["seed"])
        began = time.monotonic()
        done = running.both(order, progress=lambda name, day: self.stdout.write(f"{name} {day} {time.monotonic()-began:.1f}"))
        for name, item in done.items():
            self.stdout.write(name + " " + str({k: (len(v) if isinstance(v, list) else v) for k, v in {**item.breaches, **{f: getattr(item, f) for f in item.__slots__ if f != 'breaches'}}.items()}))
