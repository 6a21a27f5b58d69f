"""The cast by role: a debtor, who works their case, who looks on, and an outsider. Rooms add what is theirs alone."""

from typing import NamedTuple

import pytest

from collections_app.models import Account, Customer, Staff
from tests import factories
from tests.remembered import remembered


class Debtor(NamedTuple):
    """A customer of branch BJ with one overdue card."""

    customer: Customer
    account: Account


@pytest.fixture
@remembered
def debtor(db: None) -> Debtor:
    return Debtor(*factories.make_debtor())


@pytest.fixture
@remembered
def collector(db: None) -> Staff:
    return factories.make_staff("collector")


@pytest.fixture
@remembered
def service_agent(db: None) -> Staff:
    return factories.make_staff("service_agent")


@pytest.fixture
@remembered
def mediator(db: None) -> Staff:
    return factories.make_staff("mediator")


@pytest.fixture
@remembered
def supervisor(db: None) -> Staff:
    return factories.make_staff("supervisor")


@pytest.fixture
@remembered
def auditor(db: None) -> Staff:
    return factories.make_staff("auditor")


@pytest.fixture
@remembered
def outsider(db: None) -> Staff:
    """A collector of another branch: the debtor is none of theirs."""
    return factories.make_staff("collector", branch=factories.make_branch("SH"))
