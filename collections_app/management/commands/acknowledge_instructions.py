"""``manage.py acknowledge_instructions FILE``: take in what the core answers to instructions."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collections_app.domain.instructions import AnswersRefusedError
from collections_app.services import clock
from collections_app.services.instructions import answering


class Command(BaseCommand):
    help = "Take in the core's answers to instructions: all of the file, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8: docs/instructions.md")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            changed = answering.acknowledge(path=path, now=clock.now())
        except AnswersRefusedError as error:
            raise CommandError(f"Refused, nothing was changed: {error}") from error
        self.stdout.write(f"{changed} answers taken in.")
