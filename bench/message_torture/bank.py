"""The bank whose messages are tortured: cards whose bill falls due in three days, every day anew."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from collections_app.models import Customer
from collections_app.services import intake, records, reference
from notifications.services import templates
from tests.collections_app import intake_files

ZONE = ZoneInfo("Asia/Shanghai")
_ELSEWHERE = "Europe/London"


def open_bank(*, now: datetime) -> None:
    """Put rules, texts and branches in force."""
    reference.load_rule_packs(now=now)
    reference.load(now=now)
    templates.load_seed(now=now)
    intake_files.make_branches()


def take_in(place: Path, *, customers: int, taken: date | None, now: datetime) -> date:
    """Take in yesterday's file unless that was taken in already, and return its day. Half of the customers live abroad.

    Raise RuntimeError when the file is refused.
    """
    as_of = now.astimezone(ZONE).date() - timedelta(days=1)
    if as_of == taken:
        return as_of
    rows = [_row(number, as_of) for number in range(customers)]
    path = intake_files.write(place / f"{as_of:%Y%m%d}.csv", rows)
    intake.take_in(path=path, as_of=as_of, actor=records.SYSTEM, now=now)
    if Customer.objects.count() != customers:
        raise RuntimeError("the file was not taken in")
    if taken is None:
        Customer.objects.filter(customer_no__regex="[02468]$").update(time_zone=_ELSEWHERE)
    return as_of


def _row(number: int, as_of: date) -> dict[str, str]:
    return intake_files.current(
        number,
        branch=("BJ", "SH")[number % 2],
        minimum_due=f"{700 + as_of.day}.00",
        statement_date=f"{as_of - timedelta(days=16):%Y-%m-%d}",
        due_date=f"{as_of + timedelta(days=4):%Y-%m-%d}",
        payoff_valid_until=f"{as_of + timedelta(days=2):%Y-%m-%d}",
    )
