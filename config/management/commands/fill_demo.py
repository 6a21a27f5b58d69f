"""What is in the demo bank when its servers are up, in one process."""

import gc
from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from collections_app.services import clock
from notifications.services import planning

_OBJECTS_PER_COLLECTION = 200_000


class Command(BaseCommand):
    help = "Fill the demo bank once, or bring it up to yesterday, and tell who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=int, help="how many accounts the demo bank has")

    def handle(self, *args: object, accounts: int | None = None, **options: object) -> None:
        # As while the tables are made: most of what this makes lives for one row, and no ring of references keeps it.
        gc.freeze()
        gc.set_threshold(_OBJECTS_PER_COLLECTION, 50, 100)
        size = [] if accounts is None else ["--accounts", str(accounts)]
        call_command("seed_demo", *size, stdout=self.stdout)
        # The schedule plans every few minutes; a demo shows today's reminders from its first page.
        now = clock.now()
        planning.plan(on=timezone.localdate(now), now=now)
        call_command("demo_signins", stdout=self.stdout)
