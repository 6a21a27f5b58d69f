"""Bring the declared schedule into the database, before beat starts."""

from django.core.management.base import BaseCommand

from config import schedule


class Command(BaseCommand):
    help = "Add what config/beat.py declares and remove what it no longer does."

    def handle(self, *args: object, **options: object) -> None:
        added, removed = schedule.sync()
        if options["verbosity"]:
            self.stdout.write(f"Schedule: {added} added, {removed} removed.")
