"""What is asked first, in short looks of SQL, hides nothing from what is read after it."""

from datetime import datetime
from itertools import zip_longest
from typing import Any

import pytest
import zeal
from django.db import transaction

from collections_app.domain.purposes import Purpose
from collections_app.models import Customer, Staff
from collections_app.selectors import permit_facts, permit_holds, permit_presence
from collections_app.selectors.told import truths, verdicts, words
from collections_app.services.records import Actor
from desk.selectors import present
from desk.selectors.beside import Beside
from desk.selectors.record import Record
from tests import factories
from tests.cast import Debtor
from tests.collections_app.asked_rows import Place, of_each_kind

pytestmark = pytest.mark.usefixtures("rules")
# What is read of both customers for a permit, and of the one for their page.
_PERMIT = ("accounts", "holds", "line", "callback_at")
_RECORD = (
    "promises", "last_promise", "plans", "holds", "call", "unclosed_calls", "claim", "claims", "in_flight", "handoffs",
    "approvals", "legal", "visits", "complaints", "recusals", "powers", "issued",
)  # fmt: skip
_BESIDE = ("people", "unknown_guarantors", "limitations", "guarantees", "estate")
_READ = (
    {f"permit.{name}" for name in _PERMIT}
    | {f"record.{name}" for name in _RECORD}
    | {f"beside.{name}" for name in _BESIDE}
    | {"told", "truths"}
)


@pytest.fixture
def place(debtor: Debtor, collector: Staff, now: datetime) -> Place:
    beside = factories.make_customer(name="赵六")
    return Place(debtor.customer, debtor.account, beside, (collector, factories.make_staff("collector")), now)


def _read(place: Place) -> dict[str, Any]:
    """What is read after something was asked first: by permits of both customers, and by the page of the one."""
    found: dict[str, Any] = {}
    for customer in Customer.objects.filter(pk__in=[place.customer.pk, place.beside.pk]).select_related("branch"):
        request = permit_facts.PermitRequest(customer, "voice", Purpose.COLLECTION, None, Actor.of(place.staff[0]))
        facts = permit_facts.load([request], now=place.now)[0]
        found |= {f"permit.{name} {customer.pk}": getattr(facts, name) for name in _PERMIT}
        found[f"told {customer.pk}"] = verdicts.told_of([customer], now=place.now)
    record = Record(place.customer, place.staff[0], place.now.date(), place.now)
    beside = Beside(place.customer, record.accounts, record.today, record.has, record.holds)
    found |= {f"record.{name}": getattr(record, name) for name in _RECORD}
    found |= {f"beside.{name}": getattr(beside, name) for name in _BESIDE}
    found["truths"] = truths.truths_of(account_ids=[place.account.pk])
    return found


def _ask_nothing_first(patch: pytest.MonkeyPatch) -> None:
    """Let everything be read, whether there is any of it or not."""
    patch.setattr(permit_presence, "_FEW", -1)
    patch.setattr(permit_holds, "_FEW", -1)
    patch.setattr(words, "there_are", lambda ids: (True, True))
    patch.setattr(truths, "_there_are", lambda ids: (True, True, True))
    patch.setattr(present, "of_record", lambda customer_id: frozenset(present._NAMES))


def test_every_row_is_read_although_something_was_asked_first(place: Place) -> None:
    """One row of each kind at a time, in all their states: what is read after asking is what is read without."""
    moved = set()
    with zeal.zeal_ignore():
        nothing = _read(place)
        for rows in zip_longest(*of_each_kind(place)):
            with transaction.atomic():
                for make in filter(None, rows):
                    make()
                asked = _read(place)
                with pytest.MonkeyPatch.context() as patch:
                    _ask_nothing_first(patch)
                    assert _read(place) == asked
                moved |= {name.split()[0] for name in asked if asked[name] != nothing[name]}
                transaction.set_rollback(True)
    # Everything was moved by some row: what nothing moves would agree whatever is asked.
    assert moved == _READ
