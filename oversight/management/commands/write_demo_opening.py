"""``manage.py write_demo_opening``: write a file the demo bank opens with, before there is a database."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collections_app.services import clock
from oversight.services import demo_core

_FILES = {"accounts": demo_core.opening_accounts, "transactions": demo_core.opening_transactions}


class Command(BaseCommand):
    help = "Write a file the demo bank opens with; seed_demo takes it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", choices=_FILES)
        parser.add_argument("--accounts", type=int, default=demo_core.ALL_CARDS, help="how many cards it opens with")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo bank is for machines without customers: ONECASE_MODE is production.")
        _FILES[options["file"]](
            cards=options["accounts"], day=demo_core.newest_day(clock.now()), directory=settings.HOME / "core"
        )
