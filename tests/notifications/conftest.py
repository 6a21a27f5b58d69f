"""A bank that reminds: rules and texts in force, a debtor of the mainland and one abroad, a stand-in for Twilio."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collections_app.models import Account, ContactPoint, Customer
from notifications.providers.twilio.sandbox_server import Book, SandboxServer
from notifications.services import claiming, planning, reconciling, sending, writing
from tests import factories, seeds
from tests.remembered import remembered

ACCOUNT_SID = "AC" + "0" * 31 + "1"
TOKEN = "a token of the stand-in"


@pytest.fixture
@remembered
def bank(db: None) -> None:
    """Put the starting rule packs, texts and reminder rules in force."""
    seeds.rule_packs(now=factories.START)
    seeds.texts(now=factories.START)


@pytest.fixture
def make_due(bank: None) -> Callable[..., tuple[Customer, Account]]:
    """Return a maker of mainland customers whose card bill falls due in three days."""

    def make(**values: Any) -> tuple[Customer, Account]:
        return _with_bill(**values)

    return make


@pytest.fixture
def make_due_abroad(bank: None, twilio: SandboxServer) -> Callable[..., tuple[Customer, Account]]:
    """Return a maker of customers in Japan of the international branch, written to in English through Twilio."""
    branch = factories.make_branch("INTL", rule_pack="neutral", sms_provider="twilio", time_zone="Asia/Hong_Kong")
    numbers = iter(range(1000, 9999))

    def make(**values: Any) -> tuple[Customer, Account]:
        customer, account = _with_bill(branch=branch, language="en", time_zone="Asia/Tokyo", country="JP", **values)
        ContactPoint.objects.filter(customer=customer).delete()
        factories.make_mobile(customer, f"+81900000{next(numbers)}", country="JP")
        return customer, account

    return make


def _with_bill(**values: Any) -> tuple[Customer, Account]:
    account_values = {
        "core_overdue_fen": 0,
        "overdue_since": None,
        "due_on": factories.TODAY + timedelta(days=3),
        "statement_on": factories.TODAY - timedelta(days=17),
    } | values.pop("account", {})
    return factories.make_debtor(account=account_values, **values)


@pytest.fixture
def twilio(settings: Any, now: datetime) -> Iterator[SandboxServer]:
    """Run the stand-in for Twilio on a free port and configure it; nothing is called back."""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT_SID, TOKEN
    settings.TWILIO_FROM = "+15005550006"
    book = Book(account=ACCOUNT_SID, token=TOKEN, now=lambda: now)
    book.behaviour.call_back = False
    with SandboxServer(port=0, book=book, on_message=lambda message: None) as server:
        settings.TWILIO_API_URL = server.address
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def run(now: datetime) -> Callable[..., sending.Sent]:
    """Return a run of the day: plan, then send all that is due."""

    def run_once(at: datetime = now) -> sending.Sent:
        planning.plan(on=at.astimezone(now.tzinfo).date(), now=at)
        return sending.send_due(now=at, worker="test")

    return run_once


class Recovery:
    """What beat does after a crash: leases end, providers are asked, and what was never taken is sent again."""

    def __call__(self, at: datetime) -> list[writing.Claimed]:
        return claiming.claim(now=at, limit=10, worker="another")

    def recover(self, at: datetime) -> None:
        for minutes in (6, 8, 20):
            later = at + timedelta(minutes=minutes)
            reconciling.expire_leases(now=later)
            reconciling.reconcile(now=later)
            sending.send_due(now=later, worker="recovered")


@pytest.fixture
def claim_of() -> Recovery:
    """Return the recovery from a crash; called, it tries to claim as another worker."""
    return Recovery()


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """Return a counter of the queries of a call."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as queries:
            call()
        return len(queries)

    return count
