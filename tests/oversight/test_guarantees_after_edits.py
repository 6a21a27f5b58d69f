"""The audit judges the past by the code lists of that time, and the present by those of now."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collections_app.models import Code, Contact, Hold
from collections_app.services import codes
from collections_app.services.records import Actor
from tests import factories
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


def test_g1_waits_for_the_sweep_after_statuses_changed_places(bank: Bank, now: datetime) -> None:
    """Records the new order decides are due again at once, and are counted as that."""
    codes.load(now=now)
    assert not audit("G1", now).violations
    edit("statuses", "promise_active", now, position=115)
    found = audit("G1", now)
    assert not found.violations
    assert any("due for the sweep" in note for note in found.notes)
