"""Who cannot be reached by any number of their own is lost, and stays so until a call reaches something else."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from collections_app.domain.calls import Closing
from collections_app.models import Contact, ContactPoint, Customer, Staff
from collections_app.services import calls, contact_points, derivation, records
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def status_of(customer: Customer) -> str:
    return Customer.objects.values_list("status", flat=True).get(id=customer.id)


def test_three_calls_in_a_row_to_a_number_switched_off_make_a_customer_lost(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """One call that reached anything else ends it, and so does a number of theirs that nobody has tried."""
    own, states = debtor.customer.contact_points.get(), []
    for number, outcome in enumerate(["off", "off", "off", "no_answer", "off", "off", "off"]):
        at = now + timedelta(minutes=number)
        call = calls.start(
            customer_id=debtor.customer.id, contact_point_id=None, actor=Actor.of(collector), seen_version=None,
            now=at, inbound=True,
        )  # fmt: skip
        Contact.objects.filter(id=call.contact_id).update(contact_point=own)
        closing = Closing(party="nobody", outcome=outcome, text="")
        calls.close(conversation_id=call.id, closing=closing, actor=Actor.of(collector), now=at)
        states.append(status_of(debtor.customer))
    assert states == ["to_contact", "to_contact", "lost", "to_contact", "to_contact", "to_contact", "lost"]
    agent = Actor.of(factories.make_staff("service_agent"))
    contact_points.add(
        customer_id=debtor.customer.id, kind="mobile", value="13911112222", provenance="customer_given", actor=agent,
        seen_version=None, now=now + timedelta(hours=1),
    )  # fmt: skip
    assert status_of(debtor.customer) == "to_contact"


def test_a_guarantors_good_number_does_not_make_a_customer_reachable(debtor: Debtor, now: datetime) -> None:
    factories.make_mobile(debtor.customer, "19900001234", relation="guarantor")
    ContactPoint.objects.filter(customer=debtor.customer, relation="self").update(quality="bad")
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=debtor.customer.id, now=now), now=now)
    assert status_of(debtor.customer) == "lost"
