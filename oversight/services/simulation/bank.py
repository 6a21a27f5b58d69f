"""The simulated bank: its customers and its opening night, taken in by the product's own intake."""

import csv
import gzip
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from collections_app.domain.intake.format import COLUMNS
from collections_app.models import Account, ContactPoint, Customer, IntakeState, Staff
from collections_app.services import intake, records, reference
from notifications.services import templates
from oversight.domain.demo_bank import cards, people
from oversight.domain.simulation.core import Core
from oversight.services import demo_bank

# Always the same days, so that weekdays and due dates are the same in every run.
BEGINS = date(2026, 6, 1)
ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = time(6, 0)
FEWEST_CUSTOMERS, MOST_CUSTOMERS = 50, 20_000
# As far as the working calendar is known.
MOST_DAYS = 180
_DATA = settings.BASE_DIR / "demo_data" / "taiwan_credit.csv.gz"


class FileRefusedError(Exception):
    """A nightly file of the simulated core was refused: the text says why."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The database's ids of the customers, accounts and telephone numbers, by customer. The same in every copy."""

    customers: Sequence[int]
    accounts: Sequence[int]
    points: Sequence[int]
    of_customer: dict[int, int]
    collectors: Sequence[Staff]
    agents: Sequence[Staff]


def core_of(*, seed: int, customers: int) -> Core:
    """Return a core with so many customers of the mainland, each with a card drawn from the real accounts."""
    with gzip.open(_DATA, "rt", encoding="ascii") as file:
        data = [cards.card_of(row) for row in csv.DictReader(file)]
    drawn = sorted(random.Random(f"{seed}:cards").sample(range(len(data)), customers))  # noqa: S311  invented bank
    # One in eight lives abroad, by other rules and other clocks: they are left out.
    residents = (person for person in people.people("10", customers * 2 + 50) if person.unit != "INTL")
    return Core(
        people=list(islice(residents, customers)),
        data=[data[place] for place in drawn],
        opened_on=BEGINS - timedelta(days=1),
        zone=ZONE,
    )


def open_(*, core: Core, directory: Path) -> None:
    """Open the bank in the world that is entered: reference data, staff, and the first night."""
    now = moment(0, 0) - timedelta(days=1)
    reference.load(now=now)
    demo_bank.engage("!", now)
    templates.load_seed(now=now)
    take_in(write(core, as_of=core.opened_on, directory=directory), as_of=core.opened_on, now=_night(0))


def write(core: Core, *, as_of: date, directory: Path) -> Path:
    """Write the core's file of a day and return its path."""
    path = directory / f"accounts-{as_of.isoformat()}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(core.file(as_of))
    return path


def take_in(path: Path, *, as_of: date, now: datetime) -> None:
    """Take in a nightly file in the world that is entered. Raise FileRefusedError when it is refused."""
    batch = intake.take_in(path=path, as_of=as_of, actor=records.SYSTEM, now=now)
    if batch.state == IntakeState.REFUSED:
        raise FileRefusedError(f"{batch.refused_reason} {batch.refused_detail}")


def numbers_of(core: Core) -> Numbers:
    """Return the ids of the world that is entered."""
    ids = dict(Customer.objects.values_list("customer_no", "id"))
    customers = [ids[person.customer_no] for person in core.people]
    accounts = dict(Account.objects.values_list("customer_id", "id"))
    points = dict(ContactPoint.objects.filter(kind="mobile").values_list("customer_id", "id"))
    owners = Customer.objects.exclude(case_number="").values("owner")
    return Numbers(
        customers,
        [accounts[item] for item in customers],
        [points[item] for item in customers],
        {item: place for place, item in enumerate(customers)},
        list(Staff.objects.filter(id__in=owners).select_related("branch").order_by("id")),
        list(Staff.objects.filter(role="service_agent").select_related("branch").order_by("id")),
    )


def moment(day: int, minute: int) -> datetime:
    """Return a minute of a day of the simulation, in the bank's time."""
    return datetime.combine(BEGINS + timedelta(days=day), time(), tzinfo=ZONE) + timedelta(minutes=minute)


def _night(day: int) -> datetime:
    return moment(day, NIGHT.hour * 60)


def is_workday(day: int) -> bool:
    """Return whether the departments call customers on a day: Monday to Friday."""
    return (BEGINS + timedelta(days=day)).weekday() < 5


def next_workday(day: int) -> int:
    """Return the next day on which they do."""
    day += 1
    while not is_workday(day):
        day += 1
    return day
