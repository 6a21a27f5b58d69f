"""Which records a member of staff sees: their scope decides, in lists and one by one."""

from datetime import datetime, timedelta

import pytest

from collections_app.models import Customer, LookUp, Staff
from collections_app.selectors import records
from collections_app.selectors.records import NoSuchRecordError
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(db: None) -> Customer:
    """A record of another branch."""
    return factories.make_debtor(branch=factories.make_branch("SH"))[0]


def seen_by(staff: Staff) -> list[Customer]:
    return list(records.scoped(staff, now=NOW).order_by("id"))


def test_a_branch_sees_its_own_records_only(debtor: Debtor, elsewhere: Customer) -> None:
    assert seen_by(factories.make_staff(scope="branch")) == [debtor.customer]
    assert seen_by(factories.make_staff(scope="branch", branch=elsewhere.branch)) == [elsewhere]


def test_the_institution_sees_all_and_no_scope_none(debtor: Debtor, elsewhere: Customer) -> None:
    assert seen_by(factories.make_staff(scope="institution")) == [debtor.customer, elsewhere]
    assert seen_by(factories.make_staff(scope="none")) == []


def test_who_has_left_sees_nothing(debtor: Debtor) -> None:
    """Whatever their scope was."""
    assert seen_by(factories.make_staff(scope="institution", is_active=False)) == []
    assert seen_by(factories.make_staff(scope="branch", is_active=False)) == []


def test_a_book_is_the_accounts_one_owns(debtor: Debtor, elsewhere: Customer) -> None:
    """Wherever the customer's branch is; each record once, however many of its accounts are one's own."""
    owner = factories.make_staff(scope="book")
    assert seen_by(owner) == []
    for _ in range(2):
        factories.make_account(elsewhere, owner=owner)
    assert seen_by(owner) == [elsewhere]
    assert seen_by(factories.make_staff(scope="book")) == []


def test_a_unit_sees_its_branch_and_what_its_people_own_elsewhere(debtor: Debtor, elsewhere: Customer) -> None:
    """Each record once, however many of its accounts they own."""
    unit = factories.make_staff(scope="unit")
    assert seen_by(unit) == [debtor.customer]
    for _ in range(2):
        factories.make_account(elsewhere, owner=factories.make_staff(scope="book"))
    assert seen_by(unit) == [debtor.customer, elsewhere]
    assert seen_by(factories.make_staff(scope="unit", branch=factories.make_branch("GZ"))) == []


def test_out_of_scope_and_absent_look_the_same(debtor: Debtor, elsewhere: Customer) -> None:
    staff = factories.make_staff(scope="branch")
    assert records.access_record(staff=staff, customer_no=debtor.customer.customer_no, now=NOW) == debtor.customer
    for number in (elsewhere.customer_no, "C-NOBODY"):
        with pytest.raises(NoSuchRecordError):
            records.access_record(staff=staff, customer_no=number, now=NOW)


@pytest.mark.parametrize(
    ("role", "scope", "needed"),
    [
        ("service_agent", "institution", True),
        ("supervisor", "institution", True),
        ("auditor", "institution", False),
        ("compliance", "institution", False),
        ("collector", "branch", False),
    ],
)
def test_who_sees_the_whole_bank_names_a_purpose(db: None, role: str, scope: str, needed: bool) -> None:
    """But for those whose office is to look."""
    assert records.needs_purpose(factories.make_staff(role, scope=scope)) is needed


def test_a_look_up_opens_one_record_to_one_person_for_twelve_hours(
    debtor: Debtor, agent: Staff, elsewhere: Customer, now: datetime
) -> None:
    LookUp.objects.create(staff=agent, customer=debtor.customer, purpose="call_in", at=now)
    asked = {"staff": agent, "customer": debtor.customer}
    assert records.has_looked_up(**asked, now=now + timedelta(hours=12))
    assert not records.has_looked_up(**asked, now=now + timedelta(hours=12, seconds=1))
    assert not records.has_looked_up(staff=agent, customer=elsewhere, now=now)
    assert not records.has_looked_up(staff=factories.make_staff("service_agent"), customer=debtor.customer, now=now)
