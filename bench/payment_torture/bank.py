"""The bank whose payments are tortured: cards that are overdue, and their customers let in on their pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from collections_app.models import AccessSession, Account, Customer
from collections_app.services import access, intake, records, reference
from notifications.services import templates
from tests.collections_app import intake_files


@dataclass(frozen=True, slots=True)
class Stage:
    """What every process knows of the bank: its sessions of customers, and where notes are left."""

    place: Path
    sessions: tuple[int, ...]


def open_bank(place: Path, *, customers: int, now: datetime) -> Stage:
    """Put rules in force, take in yesterday's file, let every customer in. Raise RuntimeError when it is refused."""
    reference.load_rule_packs(now=now)
    reference.load(now=now)
    templates.load_seed(now=now)
    intake_files.make_branches()
    as_of = now.date() - timedelta(days=1)
    rows = [
        intake_files.row(
            number,
            branch=("BJ", "SH")[number % 2],
            minimum_due="70000.00",
            limit="2000000.00",
            principal="880000.00",
            interest="15000.00",
            fees="5000.00",
            payoff="900000.00",
            billed="90000.00",
            overdue="80000.00",
            payoff_valid_until=f"{as_of + timedelta(days=3):%Y-%m-%d}",
        )
        for number in range(customers)
    ]
    intake.take_in(path=intake_files.write(place / "core.csv", rows), as_of=as_of, actor=records.SYSTEM, now=now)
    if Account.objects.count() != customers:
        raise RuntimeError("the file was not taken in")
    return Stage(place, tuple(_let_in(customer, now) for customer in Customer.objects.order_by("id")))


def _let_in(customer: Customer, now: datetime) -> int:
    """Return a session as the proof of a link opens it."""
    with transaction.atomic():
        access.mint_within(customer=records.lock(customer_id=customer.pk, now=now), now=now)
    link = customer.access_links.latest("id")
    return AccessSession.objects.create(
        customer=customer,
        link=link,
        secret_hash=f"{customer.pk:064d}",
        opened_at=now,
        last_used_at=now,
        expires_at=now + timedelta(days=1),
    ).pk
