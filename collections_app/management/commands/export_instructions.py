"""``manage.py export_instructions DIRECTORY``: write for the core what it has to book."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collections_app.services import clock
from collections_app.services.instructions import telling


class Command(BaseCommand):
    help = "Write the waivers the core does not know yet into a file: each line once, however often this runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="where the core fetches its files: docs/instructions.md")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"There is no directory {directory}.")
        try:
            written = telling.export(directory=directory, now=clock.now())
        except OSError as error:
            raise CommandError(f"{error}. Nothing is lost: run this again once it can be written.") from error
        for path in written:
            self.stdout.write(str(path))
        if not written:
            self.stdout.write("The core knows everything: no file was written.")
