"""Many accounts go to an agency, and come back, from a preview that says of each what stops it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collections_app.domain.ownership.placements import pasted
from collections_app.models import (
    Account,
    Customer,
    Event,
    Hold,
    MachineClient,
    Placement,
    Reassignment,
    ReassignmentLine,
    Staff,
    StaffTie,
)
from collections_app.services import derivation
from collections_app.services.errors import RefusedError
from collections_app.services.ownership import applying, placing
from collections_app.services.ownership.placing import Choice
from collections_app.services.records import Actor
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(now: datetime) -> MachineClient:
    return MachineClient.objects.create(client_id="agency", name="示范机构", kind="agency", created_at=now)


@pytest.fixture
def manager(now: datetime) -> Staff:
    return factories.make_staff("placement_manager", scope="branch")


def told(now: datetime, **values: Any) -> Account:
    account = {"placement": "branch", "outsource_notice_at": now - timedelta(days=1), **values.pop("account", {})}
    return factories.make_debtor(account=account, **values)[1]


def plan(numbers: list[str], agency: MachineClient, by: Staff, now: datetime, **more: Any) -> Reassignment:
    values: dict[str, Any] = {"until_on": None, "batch": "B1", "reason": "十一月批次", **more}
    return placing.preview_placing(
        choice=Choice(numbers=numbers), client_id=agency.pk, actor=Actor.of(by), now=now, **values
    )


def apply(found: Reassignment, by: Staff, now: datetime) -> dict[str, int]:
    applying.apply(plan_id=found.pk, actor=Actor.of(by), now=now, action=placing.ACTION)
    rows = ReassignmentLine.objects.filter(plan=found).values_list("became", flat=True)
    return {state: list(rows).count(state) for state in set(rows)}


def test_a_pasted_list_is_read_however_it_was_written() -> None:
    """Lines, commas of either width, tabs; groups of digits belong together; nothing twice."""
    assert pasted(" 6200 0001\n6200-0002，62000003;\t62000001 \n\n6200 0001") == [
        "62000001", "62000002", "62000003",
    ]  # fmt: skip


def test_the_preview_says_of_each_account_what_stops_it(agency: MachineClient, manager: Staff, now: datetime) -> None:
    """Nothing is placed by looking; what is walled off is as unknown as what is not there; one step places the rest."""
    free, gone = told(now), told(now)
    sued = told(now)
    Hold.objects.create(customer=sued.customer, account=sued, kind="litigation", placed_at=now, placed_by=manager)
    untold = told(now, account={"outsource_notice_at": now - timedelta(days=181)})
    legal = told(now, account={"placement": "legal"})
    held, walled = told(now), told(now)
    Hold.objects.create(customer=held.customer, kind="complaint_conduct", placed_at=now, placed_by=manager)
    StaffTie.objects.create(staff=manager, customer=walled.customer, relation="own", declared_at=now)
    Customer.objects.filter(pk=walled.customer_id).update(walled=True)
    numbers = [row.account_no for row in (free, gone, untold, legal, held, walled, sued)] + ["000"]
    found = plan(numbers, agency, manager, now)
    lines = {line.account_id: (line.skip, line.hold) for line in found.lines.all()}
    assert lines == {
        free.pk: ("", ""), gone.pk: ("", ""), untold.pk: ("not_told", ""), legal.pk: ("not_ours", ""),
        held.pk: ("held", "complaint_conduct"), sued.pk: ("held", "litigation"),
    }  # fmt: skip
    assert found.selection["missing"] == [6, 8]
    assert not Placement.objects.exists()
    Hold.objects.create(customer=gone.customer, kind="hardship", placed_at=now, placed_by=manager)
    assert apply(found, manager, now) == {"moved": 1, "changed": 1, "skipped": 4}
    placed = Placement.objects.get()
    assert (placed.account, placed.batch, placed.from_pool, placed.placed_by) == (free, "B1", "branch", manager)
    free.customer.refresh_from_db()
    assert (free.customer.status, free.customer.version) == ("placed", Event.objects.latest("id").version)


def test_a_plan_is_placed_in_as_many_statements_however_many_lines_it_has(
    agency: MachineClient, manager: Staff, now: datetime
) -> None:
    """Two lines or eight; each with its own event, and the reason sealed beside it."""

    def statements(lines: int) -> int:
        found = plan([told(now).account_no for _ in range(lines)], agency, manager, now)
        with CaptureQueriesContext(connection) as asked:
            assert apply(found, manager, now) == {"moved": lines}
        return len(asked)

    assert statements(2) == statements(8)
    events = Event.objects.filter(kind="account.placed")
    assert {event.text_row.text for event in events.select_related("text_row")} == {"十一月批次"}
    assert events.count() == 10


def test_many_are_called_back_by_agency_and_batch_to_where_they_came_from(
    agency: MachineClient, manager: Staff, now: datetime
) -> None:
    """Whatever the agency's standing; what another plan or hold took back meanwhile stays as it is."""
    ours = [told(now) for _ in range(3)]
    apply(plan([row.account_no for row in ours[:2]], agency, manager, now), manager, now)
    apply(plan([ours[2].account_no], agency, manager, now, batch="B2"), manager, now)
    MachineClient.objects.update(revoked_at=now)
    back = placing.preview_recall(
        choice=Choice(client_id=agency.pk, batch="B1"), reason="合同到期", actor=Actor.of(manager), now=now
    )
    assert apply(back, manager, now) == {"moved": 2}
    assert sorted(Account.objects.values_list("placement", flat=True)) == ["branch", "branch", "placed"]
    assert set(Placement.objects.exclude(recalled_at=None).values_list("recall_reason", flat=True)) == {"by_hand"}
    ours[0].customer.refresh_from_db()
    before = ours[0].customer.status
    derivation.derive_many(customer_ids=[ours[0].customer_id], now=now)
    ours[0].customer.refresh_from_db()
    assert ours[0].customer.status == before != "placed"
    with pytest.raises(RefusedError, match="nothing_chosen"):
        placing.preview_recall(choice=Choice(batch="B1"), reason="再来", actor=Actor.of(manager), now=now)


def test_accounts_are_placed_from_the_page(
    client: Client, agency: MachineClient, manager: Staff, now: datetime
) -> None:
    """By the filter; the plan is its maker's alone, and no plan among one's own people is applied here."""
    account = told(now)
    told(now, account={"outsource_notice_at": None})
    client.force_login(manager)
    typed = {"agency": agency.pk, "most": 300, "reason": "批次", "told_only": "on", "numbers": ""}
    sent = client.post(reverse("desk:place_many"), typed)
    found = Reassignment.objects.get()
    assert sent.headers["Location"] == reverse("desk:placing_plan", args=[found.pk])
    page = client.get(sent.headers["Location"]).content.decode()
    assert account.customer.customer_no in page
    assert "按预览委外 1 个账户" in page
    assert client.post(sent.headers["Location"], {"do": "apply"}).status_code == 303
    assert Placement.objects.get().account == account
    assert client.get(reverse("desk:move_plan", args=[found.pk])).status_code in {403, 404}
    boss = factories.make_staff("supervisor", scope="branch")
    with pytest.raises(RefusedError, match="no_such_plan"):
        applying.apply(plan_id=found.pk, actor=Actor.of(boss), now=now)
    client.force_login(factories.make_staff("placement_manager", scope="branch"))
    assert client.get(sent.headers["Location"]).status_code == 404
