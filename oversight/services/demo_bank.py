"""The demo bank: its opening and its nights. A core of invented people with real balances writes, OneCase takes in.

Orchestrating services: each step is a transaction of its own, and a second run goes on where the first ended.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from collections_app.models import Branch, Institution, IntakeBatch, IntakeState, Staff, Team
from collections_app.services import intake, organisation, records, reference
from collections_app.services.clocks import nightly
from mediation.services import court_rules, passages
from notifications.models import SenderRoute
from notifications.services import senders, templates, text_terms
from oversight.domain.demo_bank.organisation import INSTITUTION, TEAMS, UNITS, colleagues
from oversight.selectors import demo_bank as selectors
from oversight.services import (
    demo_approvals,
    demo_complaints,
    demo_core,
    demo_handoffs,
    demo_letters,
    demo_mediation,
    demo_ownership,
    demo_people,
    demo_talks,
)


class DemoRefusedError(Exception):
    """The demo bank's own file was refused: the text says why."""


class DemoAheadError(Exception):
    """The demo bank has data of a day that has not come: ``newest``. Nothing read from them would be fresh."""

    def __init__(self, newest: date) -> None:
        super().__init__(newest)
        self.newest = newest


def seed(*, accounts: int, password_hash: str, directory: Path, now: datetime) -> IntakeBatch | None:
    """Make the demo bank stand with data of yesterday, and return the batch that was taken in.

    ``accounts`` is how many cards it opens with; a bank that is open keeps those it has. Return None when its data
    are of yesterday already. Files are written to ``directory``. Raise DemoAheadError, before anything is written, when
    the clock was set back to before its newest data.
    """
    yesterday = demo_core.newest_day(now)
    stands = selectors.standing()
    if stands is not None and stands.newest > yesterday + timedelta(days=1):
        raise DemoAheadError(stands.newest)
    reference.load(now=now)
    engage(password_hash, now)
    demo_mediation.engage()
    templates.load_seed(now=now)
    text_terms.load()
    _route_texts()
    passages.load()
    court_rules.load()
    if stands is None:
        batch = _first_night(accounts, yesterday, directory, now)
        _first_morning(now)
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


def _route_texts() -> None:
    """Let the international branch's texts to Hong Kong go by the carriers there: Twilio's terms bar loans to it."""
    branch = Branch.objects.get(code="INTL")
    if not SenderRoute.objects.filter(branch=branch).exists():
        route = SenderRoute(branch=branch, country="HK", provider="sandbox", weight=1)
        senders.save_route(route=route, by=Staff.objects.get(username="admin.a1"))


def _first_night(count: int, day: date, directory: Path, now: datetime) -> IntakeBatch:
    accounts = demo_core.opening_accounts(cards=count, day=day, directory=directory)
    # Another process may still be writing them while the accounts are read.
    transactions = partial(demo_core.opening_transactions, cards=count, day=day, directory=directory)
    return _take_in(accounts, day, now, transactions)


def _first_morning(now: datetime) -> None:
    demo_approvals.ask(now=now)
    demo_ownership.arrange(now=now)
    demo_people.record(now=now)
    demo_handoffs.hand_on(now=now)
    demo_complaints.take_in(now=now)
    demo_talks.begin(now=now)
    demo_letters.write(now=now)
    demo_letters.install(now=now)


def _night(count: int, opened_on: date, day: date, directory: Path, now: datetime) -> IntakeBatch:
    paid = selectors.own_payments(as_of=day)
    path = demo_core.night(cards=count, opened_on=opened_on, day=day, paid=paid, directory=directory)
    return _take_in(path, day, now)


def _take_in(path: Path, day: date, now: datetime, transactions: Callable[[], Path] | None = None) -> IntakeBatch:
    batch = intake.take_in(path=path, as_of=day, actor=records.SYSTEM, now=now, transactions=transactions)
    if batch.state == IntakeState.REFUSED:
        raise DemoRefusedError(f"{batch.refused_reason} {batch.refused_detail}")
    nightly.wind(now=now)
    return batch
