"""A small bank with something going on, for tests that look at whole pages."""

from datetime import date, timedelta
from typing import NamedTuple

import zeal
from django.urls import reverse

from collections_app.domain.promises import Part
from collections_app.models import Account, Customer, Instalment, IntakeBatch, IntakeState, Staff, Told
from collections_app.services import holds, notes, promises
from collections_app.services.records import Actor
from tests import factories, seeds
from tests.conftest import NOW
from tests.remembered import remembered

TODAY = date(2026, 11, 20)
NOTE = "客户称工资每月 5 日到账，希望分两次还清。"
NAMES = ("欧阳建国", "李志强", "王芳芳", "阿依古丽·买买提江·阿卜杜拉", "赵云龙", "孙丽华", "周海涛")


class Scene(NamedTuple):
    """The people and records of the scene."""

    collector: Staff
    agent: Staff
    customer: Customer
    account: Account


def address(name: str, customer: Customer, *args: int) -> str:
    """Return the address of a page of the desk about a record."""
    return reverse(f"desk:{name}", args=[customer.customer_no, *args])


@remembered
def set_up() -> Scene:
    """Make a branch with a worklist, and one customer with a promise, a note, a hold and a stale written word."""
    with zeal.zeal_ignore():
        return _set_up()


def fresh_data() -> None:
    """Say that the core's file of last night was taken in."""
    IntakeBatch.objects.create(
        file_name="accounts.csv",
        sha256="0" * 64,
        as_of=TODAY - timedelta(days=1),
        state=IntakeState.DONE,
        started_at=NOW,
        finished_at=NOW,
    )


# Long because it sets one scene, row by row.
def _set_up() -> Scene:
    seeds.rule_packs(now=NOW)
    fresh_data()
    branch = factories.make_branch("BJ", name_zh="北京分行", name_en="Beijing branch")
    collector = factories.make_staff("collector", display_name="张敏", display_name_en="Zhang Min", branch=branch)
    centre = factories.make_branch("SC", name_zh="客户服务中心", name_en="Service centre", kind="service_centre")
    agent = factories.make_staff("service_agent", display_name="王芳", display_name_en="Wang Fang", branch=centre)
    for number, name in enumerate(NAMES):
        factories.make_debtor(
            name=name, account={"core_overdue_fen": 391_300 + number * 12_345_600, "owner": collector}
        )
    customer, account = factories.make_debtor(name="陈晓梅", account={"owner": collector})
    loan = factories.make_account(
        customer, product="loan", core_overdue_fen=0, core_minimum_due_fen=0, core_billed_fen=0, overdue_since=None
    )
    Instalment.objects.bulk_create(
        Instalment(
            account=loan,
            customer=customer,
            number=n,
            due_on=TODAY + timedelta(days=30 * n),
            principal_fen=250_000,
            interest_fen=18_412 - n * 600,
        )
        for n in range(1, 13)
    )
    factories.make_mobile(customer, relation="spouse", provenance="contact_given", quality="unknown")
    before = NOW - timedelta(days=1, hours=2)
    Told.objects.create(
        customer=customer,
        account=account,
        medium="written",
        amount_name="overdue",
        amount_fen=391_300,
        pay_by=TODAY,
        version=customer.version,
        at=before,
    )
    notes.add(
        customer_id=customer.id,
        text=NOTE,
        actor=Actor.of(agent),
        seen_version=None,
        now=NOW - timedelta(minutes=30),
    )
    promises.take(
        customer_id=customer.id,
        account_id=account.id,
        parts=[Part(TODAY, 200_000), Part(TODAY + timedelta(days=12), 191_300)],
        actor=Actor.of(agent),
        seen_version=None,
        now=NOW - timedelta(minutes=20),
    )
    for day, fen in ((TODAY, 200_000), (TODAY + timedelta(days=12), 191_300)):
        Told.objects.create(
            customer=customer,
            account=account,
            medium="spoken",
            amount_name="promised",
            amount_fen=fen,
            pay_by=day,
            version=customer.version,
            at=NOW - timedelta(minutes=20),
            staff=agent,
        )
    holds.place(
        customer_id=customer.id,
        kind="complaint_conduct",
        actor=Actor.of(agent),
        seen_version=None,
        now=NOW - timedelta(minutes=10),
    )
    customer.refresh_from_db()
    account.refresh_from_db()
    return Scene(collector, agent, customer, account)
