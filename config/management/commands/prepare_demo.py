"""Everything the demo's database needs before its servers start, in one process."""

import gc
from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from collections_app.services import clock
from notifications.services import planning

_OBJECTS_PER_COLLECTION = 200_000


class Command(BaseCommand):
    help = "Migrate, bring in the schedule, and fill the demo bank once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=int, help="how many accounts the demo bank has")

    def handle(self, *args: object, accounts: int | None = None, **options: object) -> None:
        # Migrating builds every model anew some hundred times; looking through them for rubbish took a quarter of it.
        gc.freeze()
        gc.set_threshold(_OBJECTS_PER_COLLECTION, 50, 100)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("sync_schedule", verbosity=0)
        call_command("seed_demo", *([] if accounts is None else ["--accounts", str(accounts)]))
        # The schedule plans every few minutes; a demo shows today's reminders from its first page.
        now = clock.now()
        planning.plan(on=timezone.localdate(now), now=now)
