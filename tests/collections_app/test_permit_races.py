"""Several colleagues, departments and machines ask at the same instant."""

import threading
from collections import Counter
from datetime import datetime

import pytest
from django.db import connection, transaction

from collections_app.models import Contact, ContactPoint, PermitRefusal
from collections_app.services import contact_points, contacts, records
from tests import factories
from tests.collections_app.conftest import Debtor

ASKERS = 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rules")
def test_the_last_permit_of_a_day_is_given_once(debtor: Debtor, now: datetime) -> None:
    """Eight ask for the one SMS of the day: one gets it, seven are told that the day's limit is reached."""
    point = ContactPoint.objects.get(customer=debtor.customer)
    gate = threading.Barrier(ASKERS)
    answers: list[str] = []

    def ask() -> None:
        try:
            gate.wait(timeout=30)
            with transaction.atomic():
                customer = records.lock(customer_id=debtor.customer.id, now=now)
                answer = contacts.permit(
                    customer=customer,
                    channel="sms",
                    purpose="due_notice",
                    contact_point=point,
                    actor=records.SYSTEM,
                    now=now,
                )
            answers.append("allowed" if isinstance(answer, contacts.Permit) else answer.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Counter(answers) == {"allowed": 1, "cap_reached": ASKERS - 1}
    assert Contact.objects.count() == 1
    assert PermitRefusal.objects.count() == ASKERS - 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rules")
def test_a_wrong_number_is_silent_at_once_for_whoever_asks_after(debtor: Debtor, now: datetime) -> None:
    """Others have locked their records and wait to send: none gets a permit once the number was called wrong."""
    point = ContactPoint.objects.get(customer=debtor.customer)
    others = [factories.make_customer() for _ in range(4)]
    theirs = [factories.make_mobile(other, point.value) for other in others]
    assert {each.value_token for each in theirs} == {point.value_token}
    locked, judged = threading.Barrier(len(others) + 1), threading.Event()
    answers: list[str] = []

    def ask(customer_id: int, contact_point: ContactPoint) -> None:
        try:
            with transaction.atomic():
                customer = records.lock(customer_id=customer_id, now=now)
                locked.wait(timeout=30)
                judged.wait(timeout=30)
                answer = contacts.permit(
                    customer=customer,
                    channel="sms",
                    purpose="otp",
                    contact_point=contact_point,
                    actor=records.SYSTEM,
                    now=now,
                )
            answers.append("allowed" if isinstance(answer, contacts.Permit) else answer.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(other.id, each)) for other, each in zip(others, theirs, strict=True)]
    for thread in threads:
        thread.start()
    locked.wait(timeout=30)
    contact_points.judge(
        contact_point_id=point.id,
        quality="bad",
        actor=records.Actor.of(factories.make_staff("supervisor")),
        seen_version=None,
        now=now,
    )
    judged.set()
    for thread in threads:
        thread.join(timeout=60)
    assert answers == ["number_bad"] * len(others)
