"""A small bank in which everything has happened once: a call with a promise, a reminder, a hold, a talk."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from collections_app.domain.calls import Closing
from collections_app.domain.promises import Part
from collections_app.models import Account, Contact, Conversation, Customer, Staff
from collections_app.services import calls, holds, notes, sequencer
from collections_app.services.records import Actor
from notifications.models import Message, ReminderRule
from notifications.services import planning, sending
from tests import factories, seeds
from tests.conftest import NOW
from tests.remembered import remembered
from tests.shared import kept_for_module


@pytest.fixture
def no_n_plus_one() -> None:
    """Let a story call one service several times; the tests of pages put the fence up themselves."""


@dataclass
class Bank:
    """Who and what there is after the story."""

    collector: Staff
    promiser: Customer
    promised_account: Account
    call: Conversation
    reminded: Customer
    message: Message
    free: Customer
    free_account: Account


@pytest.fixture
def bank(request: pytest.FixtureRequest, db: None, now: datetime) -> Bank:
    """One customer promised in a call, one was reminded of a bill, one is free to be contacted."""
    if "bank_of_module" in request.fixturenames:
        return copy.deepcopy(cast(Bank, request.getfixturevalue("bank_of_module")))
    return _tell(now)


@pytest.fixture(scope="module")
def bank_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Bank]:
    """Let the story happen once for a module that asks for it by `usefixtures`, and none of whose tests commits."""
    with kept_for_module(django_db_blocker, lambda: _tell(NOW)) as told:
        yield told


@remembered
def _tell(now: datetime) -> Bank:
    seeds.rule_packs(now=now)
    seeds.texts(now=now)
    collector = factories.make_staff("collector")
    promiser, account = factories.make_debtor()
    reminded, _ = factories.make_debtor(
        account={
            "core_overdue_fen": 0,
            "overdue_since": None,
            "due_on": factories.TODAY + timedelta(days=3),
            "statement_on": factories.TODAY - timedelta(days=17),
        }
    )
    free, free_account = factories.make_debtor()
    call = _call_with_promise(promiser, account, collector, now)
    notes.add(customer_id=free.id, text="约定周五再联系", actor=Actor.of(collector), seen_version=free.version, now=now)
    # One text goes out in this bank: whoever is overdue for a month is no business of its tests.
    ReminderRule.objects.filter(kind="formal_demand").delete()
    planning.plan(on=now.date(), now=now)
    sending.send_due(now=now, worker="test")
    sequencer.sequence(now=now)
    for row in (promiser, reminded, free):
        row.refresh_from_db()
    return Bank(
        collector, promiser, account, call, reminded, Message.objects.get(customer=reminded), free, free_account
    )


def _call_with_promise(customer: Customer, account: Account, collector: Staff, now: datetime) -> Conversation:
    actor = Actor.of(collector)
    call = calls.start(
        customer_id=customer.id,
        contact_point_id=customer.contact_points.get().id,
        actor=actor,
        seen_version=customer.version,
        now=now,
    )
    calls.verify(conversation_id=call.id, result="verified", facts=["name_id_tail", "birth_date"], actor=actor, now=now)
    closing = Closing(
        party="self",
        outcome="self_promise",
        account_id=account.id,
        promise_parts=[Part(now.date() + timedelta(days=2), 200_000)],
    )
    return calls.close(conversation_id=call.id, closing=closing, actor=actor, now=now)


@pytest.fixture
def plant(bank: Bank) -> Callable[..., None]:
    """Return a function that changes rows by raw SQL, past every service and every trigger."""

    def run(sql: str, *params: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql, params)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    return run


@pytest.fixture
def contact_of(bank: Bank) -> Callable[..., Contact]:
    """Return a maker of further contacts under the permit of the call that was made."""

    def make(customer: Customer, at: datetime, **values: Any) -> Contact:
        permitted = Contact.objects.get(conversation=bank.call)
        defaults = {
            "contact_point": customer.contact_points.earliest("id"),
            "channel": "voice",
            "purpose": "collection",
            "state": "made",
            "effective": True,
            "department": "collections",
            "at": at,
            "expires_at": at,
            "accounts": list(customer.accounts.values_list("id", flat=True)),
            "decision": permitted.decision,
        }
        return Contact.objects.create(customer=customer, **(defaults | values))

    return make


@pytest.fixture
def place_hold(bank: Bank) -> Callable[..., None]:
    """Return a function that places a hold by hand."""

    def place(customer: Customer, kind: str, at: datetime, **values: Any) -> None:
        holds.place(
            customer_id=customer.id,
            kind=kind,
            actor=Actor.of(bank.collector),
            seen_version=None,
            now=at,
            **values,
        )

    return place
