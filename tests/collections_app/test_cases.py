"""A case closes by itself when nothing is overdue and nothing is open, and not before."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from collections_app.models import Arrangement, Case, Contact, Conversation, Customer, Event, Hold, Staff
from collections_app.services import cases, derivation, records
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


@pytest.fixture
def cured(debtor: Debtor, now: datetime) -> Debtor:
    """The debtor, with nothing overdue any more and the case still open."""
    debtor.account.core_overdue_fen = 0
    debtor.account.overdue_since = None
    debtor.account.save()
    derivation.derive(customer=debtor.customer, now=now)
    return debtor


def close(debtor: Debtor, now: datetime) -> bool:
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        return cases.close_if_done_within(customer=customer, now=now)


def test_a_cured_record_with_nothing_open_closes_its_case(cured: Debtor, now: datetime) -> None:
    """The case says when and why; closing twice does nothing."""
    assert close(cured, now)
    case = Case.objects.get()
    assert (case.closed_at, case.close_reason) == (now, "cured")
    customer = Customer.objects.get()
    assert (customer.case_number, customer.status) == ("", "current")
    event = Event.objects.get()
    assert (event.kind, event.payload["case"]) == ("case.closed", case.number)
    assert not close(cured, now)
    assert Event.objects.count() == 1


def test_a_fen_overdue_keeps_the_case_open(cured: Debtor, now: datetime) -> None:
    cured.account.core_overdue_fen = 1
    cured.account.overdue_since = date(2026, 11, 1)
    cured.account.save()
    derivation.derive(customer=cured.customer, now=now)
    assert not close(cured, now)


def _hold(debtor: Debtor, now: datetime) -> None:
    Hold.objects.create(customer=debtor.customer, kind="hardship", placed_at=now)


def _plan(debtor: Debtor, now: datetime) -> None:
    Arrangement.objects.create(
        customer=debtor.customer,
        account=debtor.account,
        source="negotiation",
        source_reference="1",
        agreed_at=now,
        state="late",
    )


def _call(debtor: Debtor, now: datetime) -> None:
    staff = factories.make_staff()
    contact = Contact.objects.create(
        customer=debtor.customer, channel="voice", purpose="collection", department="collections", staff=staff, at=now
    )
    Conversation.objects.create(
        customer=debtor.customer, contact=contact, staff=staff, department="collections", started_at=now
    )


@pytest.mark.parametrize("leave_open", [_hold, _plan, _call])
def test_what_is_still_open_keeps_the_case_open(
    cured: Debtor, now: datetime, leave_open: Callable[[Debtor, datetime], None]
) -> None:
    """A hold, a plan that is late within grace, a call that is going on."""
    leave_open(cured, now)
    assert not close(cured, now)
    assert Case.objects.get().closed_at is None


def test_what_is_over_and_what_is_somebody_elses_keeps_nothing_open(
    cured: Debtor, collector: Staff, now: datetime
) -> None:
    """A hold that ended or was released, a plan performed, and all that is open on another record."""
    held = {"customer": cured.customer, "kind": "hardship", "placed_at": now - timedelta(days=2)}
    Hold.objects.create(**held, ends_at=now)
    Hold.objects.create(**held, released_at=now, release_reason="decided")
    _plan(cured, now)
    Arrangement.objects.update(state="performed")
    other = Debtor(*factories.make_debtor())
    for leave_open in (_hold, _plan, _call):
        leave_open(other, now)
    assert close(cured, now)
    assert Case.objects.get(customer=other.customer).closed_at is None
