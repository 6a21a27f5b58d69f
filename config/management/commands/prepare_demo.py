"""The tables of the demo's database, before its servers start."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader


class Command(BaseCommand):
    help = "Migrate and bring in the schedule."

    def handle(self, *args: object, **options: object) -> None:
        _check_age()
        call_command("make_tables")
        call_command("sync_schedule", verbosity=0)


def _check_age() -> None:
    """Refuse a bank from before the first release: its tables were made in other steps, which are gone."""
    loader = MigrationLoader(connection)
    gone = set(loader.applied_migrations) - set(loader.disk_migrations)
    if any(app in settings.PROJECT_APPS for app, _ in gone):
        raise CommandError("This demo bank was made before the first release. Remove .onecase/demo and start again.")
