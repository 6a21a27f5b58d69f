"""The inbox of hand-offs shows a department what waits for it, and the sender what became of it."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collections_app.models import Staff
from collections_app.services import handoffs
from collections_app.services.records import Actor
from tests import factories

pytestmark = pytest.mark.django_db


def hand_off(staff: Staff, now: datetime, kind: str = "document") -> str:
    customer = factories.make_debtor()[0]
    handoffs.open_(customer_id=customer.id, kind=kind, actor=Actor.of(staff), seen_version=1, now=now)
    return customer.customer_no


def page(client: Client, staff: Staff) -> str:
    client.force_login(staff)
    return client.get("/handoffs/").content.decode()


def test_what_collections_hands_off_waits_for_customer_service(client: Client, now: datetime) -> None:
    number = hand_off(factories.make_staff("collector"), now)
    assert number in page(client, factories.make_staff("service_agent"))


def test_another_branch_sees_none_of_it(client: Client, now: datetime) -> None:
    number = hand_off(factories.make_staff("service_agent"), now, kind="plan_request")
    assert number in page(client, factories.make_staff("collector"))
    outsider = factories.make_staff("collector", branch=factories.make_branch("SH"))
    assert number not in page(client, outsider)


def test_the_list_costs_the_same_queries_for_one_and_for_ten(client: Client, now: datetime) -> None:
    staff = factories.make_staff("collector")
    agent = factories.make_staff("service_agent")
    hand_off(staff, now)
    page(client, agent)
    with CaptureQueriesContext(connection) as one:
        page(client, agent)
    for _ in range(9):
        hand_off(staff, now)
    with CaptureQueriesContext(connection) as ten:
        page(client, agent)
    assert len(one) == len(ten)
