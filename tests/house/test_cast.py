"""Who of the cast opens the debtor's record, and who learns not even that there is one."""

from datetime import datetime

from django.test import Client

from collections_app.models import Staff
from collections_app.services import contact_points
from collections_app.services.records import Actor
from tests import seeds
from tests.cast import Debtor


def test_the_record_is_open_to_whose_it_is_and_to_nobody_else(
    debtor: Debtor,
    collector: Staff,
    service_agent: Staff,
    mediator: Staff,
    supervisor: Staff,
    auditor: Staff,
    outsider: Staff,
    now: datetime,
) -> None:
    """A service agent by saying why; a mediator reads their own sessions and no record; an outsider reads nothing."""
    seeds.rule_packs(now=now)
    address = f"/c/{debtor.customer.customer_no}/"
    contact_points.log_look(customer_id=debtor.customer.id, purpose="call_in", actor=Actor.of(service_agent), now=now)
    answers = {}
    for person in (collector, service_agent, mediator, supervisor, auditor, outsider):
        client = Client()
        client.force_login(person)
        page = client.get(address)
        answers[person] = page.status_code, debtor.customer.name in page.content.decode()
    assert answers == {
        **dict.fromkeys((collector, service_agent, supervisor, auditor), (200, True)),
        **dict.fromkeys((mediator, outsider), (404, False)),
    }
