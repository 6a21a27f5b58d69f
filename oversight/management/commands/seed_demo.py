"""``manage.py seed_demo``: open the demo bank once; later, bring its data up to yesterday."""

import secrets
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.management.base import BaseCommand, CommandError

from collections_app.models import Staff
from collections_app.services import clock
from oversight.services import demo_bank, demo_core


class Command(BaseCommand):
    help = "Open the demo bank, or bring its data up to yesterday."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts", type=int, default=demo_core.ALL_CARDS, help="how many cards it opens with (1 to 30,000)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo bank is for machines without customers: ONECASE_MODE is production.")
        if not 1 <= options["accounts"] <= demo_core.ALL_CARDS:
            raise CommandError(f"--accounts is a number from 1 to {demo_core.ALL_CARDS}.")
        began = time.monotonic()
        try:
            batch = demo_bank.seed(
                accounts=options["accounts"],
                password_hash=_password_hash(settings.HOME / "demo_password"),
                directory=settings.HOME / "core",
                now=clock.now(),
            )
        except demo_bank.DemoRefusedError as error:
            raise CommandError(f"The demo bank's file was refused: {error}") from error
        except demo_bank.DemoAheadError as error:
            raise CommandError(
                f"The demo bank has data of {error.newest}, which has not come by its clock. Unset ONECASE_NOW, set it "
                f"to {error.newest} or later, or remove {settings.HOME} to open a new bank."
            ) from error
        if batch is None:
            self.stdout.write("The demo bank is open, with data of yesterday.")
            return
        self.stdout.write(
            f"The demo bank has taken in its night of {batch.as_of}: {batch.accounts_new} accounts new, "
            f"{batch.accounts_changed} changed, {batch.cases_opened} cases opened, {batch.cases_closed} closed "
            f"({time.monotonic() - began:.0f} s)."
        )


def _password_hash(path: Path) -> str:
    """Return the hash of the password all demo people share, kept where only this user reads it."""
    password = settings.DEMO_PASSWORD or (path.read_text(encoding="utf-8").strip() if path.is_file() else "")
    password = password or secrets.token_urlsafe(12)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(password + "\n", encoding="utf-8")
    known = Staff.objects.filter(username="admin.a1").values_list("password", flat=True).first()
    # Hashing is slow on purpose: once for all of them, and only when it changes.
    return known if known and check_password(password, known) else make_password(password)
