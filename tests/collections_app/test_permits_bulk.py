"""Many permits at once: the same answers as one by one, in a number of queries that does not grow."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from collections_app.models import Contact, ContactPoint, Customer, Hold, PermitRefusal
from collections_app.selectors.permit_facts import PermitRequest
from collections_app.services.permits_bulk import Permit, Refusal, permit_many
from collections_app.services.records import SYSTEM, lock_many
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def crowd(count: int, now: datetime) -> list[PermitRequest]:
    """Debtors of whom some are held, some were written to, some have a bad number, and some ask twice."""
    dice = random.Random(17)
    customers: list[Customer] = []
    for number in range(count):
        customer, account = factories.make_debtor()
        customers.append(customer)
        if number % 5 == 1:
            Hold.objects.create(customer=customer, kind="dispute", account=account, placed_at=now)
        if number % 5 == 2:
            Contact.objects.create(
                customer=customer, channel="sms", purpose="invite", state="unknown", at=now - timedelta(hours=1)
            )
        if number % 5 == 3:
            ContactPoint.objects.filter(customer=customer).update(quality="bad")
    points = {point.customer_id: point for point in ContactPoint.objects.filter(customer__in=customers)}
    locked = lock_many(customer_ids=[customer.id for customer in customers], now=now)
    asked = [*customers, *dice.sample(customers, count // 2)]
    purposes = ["collection", "due_notice", "receipt", "correction"]
    return [
        PermitRequest(locked[item.id], "sms", dice.choice(purposes), points[item.id], SYSTEM, hold_seconds=60)
        for item in asked
    ]


def shown(answers: list[Permit | Refusal]) -> list[Any]:
    return [
        (answer.contact.customer_id, answer.contact.accounts, answer.decision.as_json())
        if isinstance(answer, Permit)
        else (answer.reason, answer.until, answer.decision.as_json())
        for answer in answers
    ]


def test_many_at_once_are_answered_as_one_by_one(now: datetime) -> None:
    """An earlier permit of the list counts for the later ones of the same customer."""
    requests = crowd(25, now)
    with transaction.atomic():
        one_by_one = shown([permit_many(requests=[request], now=now)[0] for request in requests])
        transaction.set_rollback(True)
    at_once = permit_many(requests=requests, now=now)
    assert shown(at_once) == one_by_one
    allowed = sum(isinstance(answer, Permit) for answer in at_once)
    assert 0 < allowed < len(requests)
    assert Contact.objects.filter(state="reserved").count() == allowed
    assert PermitRefusal.objects.count() == len(requests) - allowed


def test_the_number_of_queries_does_not_grow(now: datetime) -> None:
    """Three or forty: a handful."""
    counts = []
    for count in (10, 40):
        requests = crowd(count, now)
        with CaptureQueriesContext(connection) as queries:
            permit_many(requests=requests, now=now)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 21


def test_nobody_asked_nothing_done() -> None:
    """An empty list has an empty answer."""
    assert permit_many(requests=[], now=factories.START) == []
