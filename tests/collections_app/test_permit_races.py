"""Several colleagues, departments and machines ask at the same instant."""

import threading
from collections import Counter
from datetime import datetime

import pytest
from django.db import connection, transaction

from collections_app.models import Contact, ContactPoint, PermitRefusal
from collections_app.services import contacts, records
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
