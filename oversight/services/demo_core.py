"""The core of the demo bank: the files it writes, of invented people with real balances.

Needs no database, so that the first of them are written while the tables are still being made.
"""

import csv
import fcntl
import gzip
from collections.abc import Callable, Iterable, Iterator
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


def newest_day(now: datetime) -> date:
    """Return the day of the newest data a core can have: yesterday, where the bank is."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=1)


def opening_accounts(*, cards: int, day: date, directory: Path) -> Path:
    """Return the file of accounts the bank opens with on a day with so many cards, writing it unless it is there."""
    return _once(
        directory / f"opening-{day.isoformat()}-{cards}-accounts.csv",
        COLUMNS,
        lambda: _accounts(list(islice(_cards(), cards)), opened_on=day, as_of=day, paid={}),
    )


def opening_transactions(*, cards: int, day: date, directory: Path) -> Path:
    """Return the file of what was done with these cards until that day, writing it unless it is there."""
    return _once(
        directory / f"opening-{day.isoformat()}-{cards}-transactions.csv",
        TRANSACTION_COLUMNS,
        lambda: _transactions(islice(_cards(), cards), day),
    )


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


def _once(path: Path, columns: tuple[str, ...], lines: Callable[[], Iterator[list[str]]]) -> Path:
    """Write a file that is not there; where another process is writing it, wait for that one.

    A file has its name only when it is finished, and a lock ends with its process: one that is killed half way leaves
    the file to whoever waits.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _write(path, columns, lines())
    return path


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


def _transactions(data: Iterable[card_data.CardFacts], day: date) -> Iterator[list[str]]:
    for card in data:
        account_no = numbers.card_number(card.number)
        for item in transactions.transactions(card, anchor=day):
            amount = yuan_text(item.amount_fen, grouped=False)
            yield [account_no, item.on.isoformat(), item.kind, item.channel, amount, "1"]
