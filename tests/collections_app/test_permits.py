"""Permits for single contacts, on real rows."""

from datetime import datetime

import pytest

from collections_app.services import contacts
from collections_app.services.records import Actor


@pytest.mark.usefixtures("rules")
def test_a_debtor_may_be_called_in_the_morning(debtor, collector, now: datetime) -> None:
    """Nothing stands in the way: the permit reserves a contact that names the overdue account."""
    answer = contacts.permit(
        customer=debtor.customer,
        channel="voice",
        purpose="collection",
        contact_point=debtor.customer.contact_points.get(),
        actor=Actor.of(collector),
        now=now,
    )
    assert isinstance(answer, contacts.Permit), answer
    assert answer.contact.accounts == [debtor.account.id]
