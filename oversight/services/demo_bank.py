"""The demo bank: its opening and its nights. A core of invented people with real balances writes, OneCase takes in.

Orchestrating services: each step is a transaction of its own, and a second run goes on where the first ended.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from collections_app.domain.intake.format import COLUMNS, TRANSACTION_COLUMNS
from collections_app.domain.money import yuan_text
from collections_app.models import Branch, Institution, IntakeBatch, IntakeState, Staff, Team
from collections_app.services import intake, organisation, records, reference
from collections_app.services.clocks import nightly
from notifications.services import templates
from oversight.domain.demo_bank import cards, loans, numbers, people, rows, transactions
from oversight.domain.demo_bank.organisation import INSTITUTION, TEAMS, UNITS, colleagues
from oversight.selectors import demo_bank as selectors
from oversight.services import demo_approvals, demo_mediation

ALL_CARDS = 30_000
CARDS_PER_LOAN = 6
# Sets the customers who have only a loan apart from those who have a card: no two share a number.
_LOAN_PEOPLE_START = 40_800
_DATA = settings.BASE_DIR / "demo_data" / "taiwan_credit.csv.gz"


class DemoRefusedError(Exception):
    """The demo bank's own file was refused: the text says why."""


def seed(*, accounts: int, password_hash: str, directory: Path, now: datetime) -> IntakeBatch | None:
    """Make the demo bank stand with data of yesterday, and return the batch that was taken in.

    ``accounts`` is how many cards it opens with; a bank that is open keeps those it has. Return None when its data
    are of yesterday already. Files are written to ``directory``.
    """
    reference.load(now=now)
    engage(password_hash, now)
    demo_mediation.engage()
    templates.load_seed(now=now)
    yesterday = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=1)
    stands = selectors.standing()
    if stands is None:
        batch = _first_night(accounts, yesterday, directory, now)
        demo_approvals.ask(now=now)
        return batch
    if stands.newest < yesterday:
        return _night(stands.cards, stands.opened_on, yesterday, directory, now)
    return None


def engage(password_hash: str, now: datetime) -> None:
    """Create the units and people that are not there, and see that all sign in with the password."""
    bank = Institution.objects.filter(code=INSTITUTION["code"]).first()
    if bank is None:
        bank = Institution(**INSTITUTION)
        organisation.save_unit(row=bank, actor=records.SYSTEM)
    branches = {branch.code: branch for branch in Branch.objects.all()}
    for unit in UNITS:
        if unit.code not in branches:
            branch = Branch(institution=bank, **{name: getattr(unit, name) for name in unit.__slots__})
            organisation.save_unit(row=branch, actor=records.SYSTEM)
            branches[unit.code] = branch
    teams = {team.code: team for team in Team.objects.select_related("branch")}
    for code, name_zh, name_en, unit_code in TEAMS:
        if code not in teams:
            teams[code] = Team(code=code, name_zh=name_zh, name_en=name_en, branch=branches[unit_code])
            organisation.save_unit(row=teams[code], actor=records.SYSTEM)
    staff = {item.username: item for item in Staff.objects.all()}
    for colleague in colleagues():
        row = staff.get(colleague.username) or Staff(
            username=colleague.username,
            employee_no=colleague.employee_no,
            display_name=colleague.display_name,
            display_name_en=colleague.display_name_en,
            role=colleague.role,
            department=colleague.department,
            scope=colleague.scope,
            branch=branches[colleague.unit],
            team=teams.get(colleague.team),
        )
        if row.password != password_hash:
            row.password = password_hash
            organisation.save_staff(row=row, actor=records.SYSTEM, now=now)


def _first_night(count: int, day: date, directory: Path, now: datetime) -> IntakeBatch:
    data = list(islice(_cards(), count))
    path = _write_accounts(data, opened_on=day, as_of=day, directory=directory)
    done = directory / "transactions.csv"
    with done.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRANSACTION_COLUMNS)
        for card in data:
            account_no = numbers.card_number(card.number)
            writer.writerows(
                (
                    account_no,
                    item.on.isoformat(),
                    item.kind,
                    item.channel,
                    yuan_text(item.amount_fen, grouped=False),
                    "1",
                )
                for item in transactions.transactions(card, anchor=day)
            )
    return _take_in(path, day, now, transactions_path=done)


def _night(count: int, opened_on: date, day: date, directory: Path, now: datetime) -> IntakeBatch:
    data = list(islice(_cards(), count))
    return _take_in(_write_accounts(data, opened_on=opened_on, as_of=day, directory=directory), day, now)


def _take_in(path: Path, day: date, now: datetime, transactions_path: Path | None = None) -> IntakeBatch:
    batch = intake.take_in(path=path, as_of=day, actor=records.SYSTEM, now=now, transactions=transactions_path)
    if batch.state == IntakeState.REFUSED:
        raise DemoRefusedError(f"{batch.refused_reason} {batch.refused_detail}")
    nightly.wind(now=now)
    return batch


def _cards() -> Iterator[cards.CardFacts]:
    with gzip.open(_DATA, "rt", encoding="ascii") as file:
        for row in csv.DictReader(file):
            yield cards.card_of(row)


def _write_accounts(data: list[cards.CardFacts], *, opened_on: date, as_of: date, directory: Path) -> Path:
    """Write the nightly file of a day and return its path."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / f"accounts-{as_of.isoformat()}.csv"
    paid = selectors.own_payments(as_of=as_of)
    loan_count = len(data) // CARDS_PER_LOAN
    card_people = list(people.people("10", len(data)))
    loan_people = list(people.people("20", loan_count, start=_LOAN_PEOPLE_START))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for person, card in zip(card_people, data, strict=True):
            writer.writerow(rows.card_row(person, card, anchor=opened_on, as_of=as_of, paid=paid))
        for number, person in enumerate(rows.owners_of_loans(card_people, loan_people, loan_count)):
            writer.writerow(rows.loan_row(person, loans.loan(number, anchor=opened_on), as_of=as_of, paid=paid))
    return path
