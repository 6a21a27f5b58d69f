from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from collections_app.services import calendars, clock, records, refusal_texts
from collections_app.services.errors import RefusedError


class Command(BaseCommand):
    help = "Load public holidays and make-up workdays from a file (country,date,works,name); see docs/calendars.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and where it comes from."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="the notice or authority the days come from")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, and say what was loaded."""
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"cannot read {options['file']}: {error.strerror}") from error
        try:
            loaded = calendars.load(content=content, source=options["source"], actor=records.SYSTEM, now=clock.now())
        except RefusedError as error:
            raise CommandError(refusal_texts.refusal_text(error)) from error
        for version in loaded:
            years = ", ".join(str(year) for year in version.years)
            self.stdout.write(f"{version.country} version {version.version}: {version.days} days of {years}")
