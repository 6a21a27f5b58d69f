"""The core of the demo bank: the files it writes, of invented people with real balances.

Needs no database, so that the first of them are written while the tables are still being made.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from collections_app.domain.intake.format import COLUMNS, TRANSACTION_COLUMNS
from collections_app.domain.money import yuan_text
from oversight.domain.demo_bank import cards as card_data
from oversight.domain.demo_bank import loans, numbers, people, rows, transactions

ALL_CARDS = 30_000
CARDS_PER_LOAN = 6
# Sets the customers who have only a loan apart from those who have a card: no two share a number.
_LOAN_PEOPLE_START = 40_800
_DATA = settings.BASE_DIR / "demo_data" / "taiwan_credit.csv.gz"


@dataclass(frozen=True, slots=True)
class Opening:
    """The two files the demo bank opens with."""

    accounts: Path
    transactions: Path


def newest_day(now: datetime) -> date:
    """Return the day of the newest data a core can have: yesterday, where the bank is."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=1)


def opening(*, cards: int, day: date, directory: Path) -> Opening:
    """Return the files the bank opens with on a day with so many cards, writing those that are not there whole.

    Another process may have begun before (``write_demo_opening``): a file has its name only when it is finished.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = Opening(
        directory / f"opening-{day.isoformat()}-{cards}-accounts.csv",
        directory / f"opening-{day.isoformat()}-{cards}-transactions.csv",
    )
    if not all(path.exists() for path in (files.accounts, files.transactions)):
        data = list(islice(_cards(), cards))
        _write(files.accounts, COLUMNS, _accounts(data, opened_on=day, as_of=day, paid={}))
        _write(files.transactions, TRANSACTION_COLUMNS, _transactions(data, day))
    return files


def night(*, cards: int, opened_on: date, day: date, paid: rows.Paid, directory: Path) -> Path:
    """Write the nightly file of a day and return its path; ``paid`` is what came in through OneCase by then."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / f"accounts-{day.isoformat()}.csv"
    data = list(islice(_cards(), cards))
    _write(path, COLUMNS, _accounts(data, opened_on=opened_on, as_of=day, paid=paid))
    return path


def _cards() -> Iterator[card_data.CardFacts]:
    with gzip.open(_DATA, "rt", encoding="ascii") as file:
        for row in csv.DictReader(file):
            yield card_data.card_of(row)


def _write(path: Path, columns: tuple[str, ...], lines: Iterator[list[str]]) -> None:
    """Write a file whole, or not at all."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)
    unfinished.replace(path)


def _accounts(data: list[card_data.CardFacts], *, opened_on: date, as_of: date, paid: rows.Paid) -> Iterator[list[str]]:
    loan_count = len(data) // CARDS_PER_LOAN
    card_people = list(people.people("10", len(data)))
    loan_people = list(people.people("20", loan_count, start=_LOAN_PEOPLE_START))
    for person, card in zip(card_people, data, strict=True):
        yield rows.card_row(person, card, anchor=opened_on, as_of=as_of, paid=paid)
    for number, person in enumerate(rows.owners_of_loans(card_people, loan_people, loan_count)):
        yield rows.loan_row(person, loans.loan(number, anchor=opened_on), as_of=as_of, paid=paid)


def _transactions(data: list[card_data.CardFacts], day: date) -> Iterator[list[str]]:
    for card in data:
        account_no = numbers.card_number(card.number)
        for item in transactions.transactions(card, anchor=day):
            amount = yuan_text(item.amount_fen, grouped=False)
            yield [account_no, item.on.isoformat(), item.kind, item.channel, amount, "1"]
