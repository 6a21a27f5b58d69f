"""The cast: a debtor with one overdue card, and one person of each role that matters here."""

from typing import NamedTuple

import pytest

from collections_app.models import Account, Customer, Staff
from collections_app.services import reference
from tests import factories


class Debtor(NamedTuple):
    customer: Customer
    account: Account


@pytest.fixture
def debtor(db: None) -> Debtor:
    return Debtor(*factories.make_debtor())


@pytest.fixture
def collector(db: None) -> Staff:
    return factories.make_staff("collector")


@pytest.fixture
def agent(db: None) -> Staff:
    return factories.make_staff("service_agent")


@pytest.fixture
def supervisor(db: None) -> Staff:
    return factories.make_staff("supervisor")


@pytest.fixture
def auditor(db: None) -> Staff:
    return factories.make_staff("auditor")


@pytest.fixture
def rules(db: None) -> None:
    """Put the bank's starting rule packs in force: without rules nobody is contacted."""
    reference.load_rule_packs(now=factories.START)
