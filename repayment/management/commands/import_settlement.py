"""``manage.py import_settlement GATEWAY FILE``: take in what a gateway has settled, and reconcile it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collections_app.services import clock
from repayment.domain.settlement import BadFileError
from repayment.gateways import registry
from repayment.services import settlement


class Command(BaseCommand):
    help = "Take in a settlement file of a payment gateway: all of it, or nothing. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gateway", choices=registry.names(), help="whose file it is")
        parser.add_argument("file", type=Path, help="as the gateway gives it: docs/settlement.md")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            done = settlement.take_in(
                gateway=options["gateway"], name=path.name, content=path.read_bytes(), now=clock.now()
            )
        except BadFileError as error:
            raise CommandError(f"Refused, nothing was changed: {error}") from error
        self.stdout.write(f"{path.name}: {done.lines} lines, {done.new} of them new; {done.open_differences} open.")
