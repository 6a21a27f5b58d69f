"""``manage.py import_accounts FILE --as-of DATE``: take in the core's nightly file."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collections_app.domain.details import DETAIL_NAMES, value_text
from collections_app.domain.intake.format import FILE_REASONS, ROW_REASONS
from collections_app.domain.typed import day_of
from collections_app.models import IntakeBatch, IntakeState
from collections_app.services import clock, intake, records

_MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Take in the core's nightly file of accounts: all of it that is sound, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8 or GB18030: docs/intake.md")
        parser.add_argument("--as-of", type=day_of, required=True, help="the day of the data, YYYY-MM-DD")
        parser.add_argument("--rows", type=_count, help="how many rows the core says the file of accounts has")
        parser.add_argument("--transactions", type=Path, help="a second file of what customers did")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in (options["file"], options["transactions"]):
            if path is not None and not path.is_file():
                raise CommandError(f"There is no file {path}.")
        batch = intake.take_in(
            path=options["file"],
            as_of=options["as_of"],
            actor=records.SYSTEM,
            now=clock.now(),
            transactions=options["transactions"],
            rows_told=options["rows"],
        )
        self._show(batch)
        if batch.state == IntakeState.REFUSED:
            detail = "; ".join(_named(name, value) for name, value in batch.refused_detail.items())
            reason = FILE_REASONS[batch.refused_reason]
            raise CommandError(f"Refused, nothing was changed: {reason.en} · {reason.zh}. {detail}".rstrip())

    def _show(self, batch: IntakeBatch) -> None:
        for reject in batch.rejects.all()[:_MOST_SHOWN]:
            reason = ROW_REASONS[reject.reason]
            self.stdout.write(f"line {reject.line}: {reject.column or 'row'}: {reason.en} · {reason.zh}")
        if batch.rows_rejected > _MOST_SHOWN:
            self.stdout.write(f"… {batch.rows_rejected} rows in all")
        if batch.owners_left:
            named = ", ".join(f"{number} ({rows} rows)" for number, rows in batch.owners_left.items())
            self.stdout.write(f"owners who have left, taken in without one: {named}")
        if batch.state == IntakeState.UNCHANGED:
            self.stdout.write(f"{batch.file_name} as of {batch.as_of} has been taken in already: nothing changed.")
        elif batch.state == IntakeState.DONE:
            self.stdout.write(
                f"{batch.file_name} as of {batch.as_of}: {batch.rows_total} rows, {batch.rows_rejected} rejected, "
                f"{batch.accounts_new} accounts new, {batch.accounts_changed} changed, "
                f"{batch.cases_opened} cases opened, {batch.cases_closed} closed."
            )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"no number of rows: {text}")
    return int(text)


def _named(name: str, value: object) -> str:
    known = DETAIL_NAMES.get(name)
    return f"{known.en} · {known.zh}: {value_text(name, value, 'en')}" if known else f"{name}: {value}"
