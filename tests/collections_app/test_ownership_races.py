"""Two at the same instant: one plan applied twice, one complaint taken twice, a wall put up while a case is given."""

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from collections_app.domain.complaint_intake import Intake
from collections_app.domain.worklists.views import View
from collections_app.models import (
    Account,
    CaseClaim,
    Complaint,
    ComplaintReceipt,
    Customer,
    Event,
    MachineClient,
    Placement,
    ReassignmentLine,
)
from collections_app.services import records, walls
from collections_app.services.complaints import intake
from collections_app.services.ownership import applying, placing, previewing
from collections_app.services.records import Actor
from collections_app.services.worklists import giving
from tests import factories
from tests.collections_app.test_approval_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("goal", ["one", "agency"])
def test_a_plan_applied_twice_at_once_moves_each_account_once(goal: str, now: datetime) -> None:
    """Both are told that it was applied; each line moved once, with one event; what is placed is placed once."""
    accounts = [factories.make_debtor(account={"placement": "branch", "outsource_notice_at": now})[1] for _ in range(4)]
    if goal == "agency":
        actor = Actor.of(factories.make_staff("placement_manager", scope="branch"))
        agency = MachineClient.objects.create(client_id="agency", name="示范机构", kind="agency", created_at=now)
        plan = placing.preview_placing(
            choice=placing.Choice(numbers=[account.account_no for account in accounts]), client_id=agency.pk,
            until_on=None, batch="B1", reason="批次", actor=actor, now=now,
        )  # fmt: skip
        action, kind = placing.ACTION, "account.placed"
    else:
        actor = Actor.of(factories.make_staff("supervisor"))
        plan = previewing.preview(
            selection=previewing.Selection(), goal=goal, to_staff_ids=[factories.make_staff().id], pool="",
            reason="调整", actor=actor, now=now,
        )  # fmt: skip
        action, kind = "owner.assign", "account.owner_changed"

    def run() -> str:
        return applying.apply(plan_id=plan.pk, actor=actor, now=now, action=action).state

    assert at_once(run, run) == ["applied", "applied"]
    assert list(ReassignmentLine.objects.values_list("became", flat=True)) == ["moved"] * 4
    assert Event.objects.filter(kind=kind).count() == 4
    assert Placement.objects.count() == (4 if goal == "agency" else 0)
    assert Account.objects.filter(placement="placed").count() == Placement.objects.count()


def test_one_complaint_taken_by_two_at_once_is_one_with_two_receipts(now: datetime) -> None:
    """Whoever comes second joins the first: one clock, one hand-off, one hold."""
    customer = factories.make_debtor()[0]
    people = [factories.make_staff("consumer_protection", scope="institution") for _ in range(2)]
    told = Intake(source="hotline", cause="service", level="ordinary", text="等候", demand="道歉", received_at=now)

    def taking(place: int) -> Any:
        return lambda: (
            intake.take(
                customer_id=customer.id, given=told, actor=Actor.of(people[place]), seen_version=None, now=now
            ).pk
        )

    ends = at_once(taking(0), taking(1))
    assert set(ends) == {str(Complaint.objects.get().pk)}
    assert ComplaintReceipt.objects.count() == 2


def test_a_wall_put_up_while_a_case_is_given_keeps_it_from_them(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the lock of the record while the wall goes up is not given it when the lock is free."""
    customer = factories.make_debtor()[0]
    collector = factories.make_staff("collector")
    officer = factories.make_staff("compliance", scope="institution")
    put_up, real = threading.Event(), walls._take_back

    def slowly(*given: Any) -> None:
        real(*given)
        put_up.set()
        # Long enough for the other to stand at the lock.
        threading.Event().wait(0.8)

    def give() -> Any:
        assert put_up.wait(timeout=30)
        return giving.next_case(actor=Actor.of(collector), view=View("all", "全部", "All"), now=now)

    monkeypatch.setattr(walls, "_take_back", slowly)
    # No try without waiting: the first stands at the lock.
    monkeypatch.setattr(giving, "_TRIES", 0)
    ends = at_once(
        lambda: (
            walls.declare(
                staff_id=collector.id,
                customer_no=customer.customer_no,
                relation="relative",
                note="",
                actor=Actor.of(officer),
                now=now,
            ).relation
        ),
        give,
    )
    assert ends == ["relative", "None"]
    assert not CaseClaim.objects.exists()


def test_who_is_recused_while_a_case_is_given_is_not_given_it(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom somebody is kept from is asked again under the lock."""
    customer = factories.make_debtor()[0]
    collector = factories.make_staff("collector")
    recused = threading.Event()

    @transaction.atomic
    def recuse() -> str:
        rows = Customer.objects.filter(pk=records.lock(customer_id=customer.pk, now=now).pk)
        rows.update(recused_staff=[collector.pk])
        recused.set()
        # Long enough for the other to stand at the lock.
        threading.Event().wait(0.8)
        return "recused"

    def give() -> Any:
        assert recused.wait(timeout=30)
        return giving.next_case(actor=Actor.of(collector), view=View("all", "全部", "All"), now=now)

    # No try without waiting: the first stands at the lock.
    monkeypatch.setattr(giving, "_TRIES", 0)
    assert at_once(recuse, give) == ["recused", "None"]
    assert not CaseClaim.objects.exists()
