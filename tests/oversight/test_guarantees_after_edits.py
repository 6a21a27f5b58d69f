"""The audit judges the past by the code lists of that time, and the present by those of now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.models import Code, Contact, Hold, Placement
from collections_app.services import codes
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.machines import make_client
from tests.oversight.audits import audit, sentences
from tests.oversight.conftest import Bank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank_of_module")]


def edit(name: str, code: str, now: datetime, *, position: int | None = None, **data: object) -> None:
    row = Code.objects.get(list_name=name, code=code)
    row.position = position or row.position
    administrator = Actor.of(factories.make_staff("administrator"))
    codes.save(row=row, data=row.data | data, seen_version=row.version, actor=administrator, now=now)


def test_g6_holds_a_contact_to_the_table_of_its_instant(
    bank: Bank, contact_of: Callable[..., Contact], now: datetime
) -> None:
    """Notices passed disaster relief until the bank stopped them: the one before stands, the one after does not."""
    codes.load(now=now)
    Hold.objects.create(customer=bank.free, kind="disaster", placed_at=now - timedelta(days=1))
    before = contact_of(bank.free, now)
    Contact.objects.filter(id=before.id).update(purpose="due_notice")
    edit("holds", "disaster", now + timedelta(hours=1), notice="stop")
    assert not audit("G6", now).violations
    after = contact_of(bank.free, now + timedelta(hours=2))
    Contact.objects.filter(id=after.id).update(purpose="due_notice")
    assert f"contact {after.id} (due_notice)" in sentences("G6", now)[bank.free.customer_no]
    assert len(audit("G6", now).violations) == 1


def test_g4_lets_go_on_whom_the_table_lets_go_on_beside_an_agency(
    bank: Bank, contact_of: Callable[..., Contact], now: datetime
) -> None:
    """An account was placed; from an hour on the bank lets its service and the representative be spoken with still."""
    codes.load(now=now)
    Placement.objects.create(
        client=make_client("agency"), account=bank.free_account, customer=bank.free, placed_at=now - timedelta(days=1)
    )
    edit("holds", "placed", now + timedelta(hours=1), collect="via", via=["agent"], via_staff=["service"])
    agent = factories.make_mobile(bank.free, "+8613911114444", relation="agent")
    letter: dict[str, Any] = {"channel": "letter", "effective": False}
    wrong = [
        contact_of(bank.free, now, department="service", **letter),
        contact_of(bank.free, now, contact_point=agent, **letter),
        contact_of(bank.free, now + timedelta(hours=2), **letter),
    ]
    for rightly in ({"department": "service"}, {"contact_point": agent}):
        contact_of(bank.free, now + timedelta(hours=2), **letter, **rightly)
    told = {item.what for item in audit("G4", now).violations}
    assert told == {f"contact {contact.id} spoke of an account that was with an agency" for contact in wrong}


def test_g1_waits_for_the_sweep_after_statuses_changed_places(bank: Bank, now: datetime) -> None:
    """Records the new order decides are due again at once, and are counted as that."""
    codes.load(now=now)
    assert not audit("G1", now).violations
    edit("statuses", "promise_active", now, position=115)
    found = audit("G1", now)
    assert not found.violations
    assert any("due for the sweep" in note for note in found.notes)
