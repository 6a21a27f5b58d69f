"""The pages on who works what: loads, plans, leave, walls, placements, and files."""

import csv
import io
import zipfile
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from collections_app.models import (
    Account,
    Customer,
    Event,
    Export,
    LeaveCover,
    MachineClient,
    Placement,
    Reassignment,
    Staff,
    StaffTie,
)
from collections_app.selectors import permit_holds
from collections_app.services import holds, records
from collections_app.services.errors import RefusedError
from collections_app.services.machines import placements
from collections_app.services.records import Actor
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = {
    "desk:loads": ("supervisor", "branch_manager", "operations"),
    "desk:covers": ("supervisor", "branch_manager", "operations"),
    "desk:move": ("supervisor", "branch_manager", "operations"),
    "desk:ties": ("compliance", "administrator"),
    "desk:placements": ("placement_manager", "administrator"),
    "desk:place_many": ("placement_manager", "administrator"),
    "desk:recall_many": ("placement_manager", "administrator"),
    "desk:export_worklist": ("supervisor", "branch_manager", "operations", "compliance", "auditor"),
    "desk:export_assignments": ("supervisor", "branch_manager", "operations", "compliance", "auditor"),
    "oversight:export": ("supervisor", "branch_manager", "operations", "compliance", "auditor"),
    "oversight:floor": ("supervisor", "branch_manager", "operations", "compliance", "auditor", "administrator"),
    "oversight:running": ("operations", "administrator"),
}


@pytest.mark.usefixtures("bare_errors")
def test_each_page_is_for_the_roles_that_may_and_nobody_else(client: Client, now: datetime) -> None:
    """Whoever else asks is told so in plain words."""
    for role in ("collector", "service_agent", "supervisor", "branch_manager", "operations", "compliance", "auditor",
                 "placement_manager", "administrator"):  # fmt: skip
        client.force_login(factories.make_staff(role, scope="institution"))
        for name, allowed in PAGES.items():
            if name.startswith("oversight:floor") and role == "placement_manager":
                continue  # who reads the board reads this one too
            assert client.get(reverse(name)).status_code == (200 if role in allowed else 403), (role, name)


def test_what_is_nobodys_is_counted_up_to_a_bound_and_then_said_to_be_more(
    client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page costs the same in a branch of a million; below the bound the number and the amount are whole."""
    boss = factories.make_staff("supervisor")
    for _ in range(2):
        factories.make_debtor()
    client.force_login(boss)
    address = reverse("desk:loads")
    assert client.get(address).context["nobodys"] == {"accounts": 2, "overdue_fen": 782_600}
    assert "至少" not in client.get(address).content.decode()
    monkeypatch.setattr("desk.selectors.ownership.MOST_NOBODYS", 1)
    page = client.get(address)
    assert page.context["nobodys"] == {"accounts": 1, "overdue_fen": 391_300}
    assert "至少" in page.content.decode()


def test_a_book_is_moved_from_its_preview(client: Client, now: datetime) -> None:
    """The form, the page that shows each line, and one press; the second press moves nothing more."""
    boss, before, after = factories.make_staff("supervisor"), factories.make_staff(), factories.make_staff()
    records_ = [factories.make_debtor(account={"owner": before})[0] for _ in range(3)]
    client.force_login(boss)
    page = client.get(reverse("desk:loads")).content.decode()
    assert f"?whose={before.pk}" in page
    typed = {"whose": before.pk, "goal": "one", "to": [after.pk], "reason": "调岗", "most": 300}
    assert client.post(reverse("desk:move"), {**typed, "to": []}).status_code == 422
    answer = client.post(reverse("desk:move"), typed)
    plan = Reassignment.objects.get()
    assert answer.url == reverse("desk:move_plan", args=[plan.pk])
    shown = client.get(answer.url).content.decode()
    assert all(customer.customer_no in shown for customer in records_)
    assert before.display_name in shown
    assert after.display_name in shown
    for _ in range(2):
        assert client.post(answer.url, {"do": "apply"}).status_code == 303
    assert set(Account.objects.values_list("owner_id", flat=True)) == {after.pk}
    assert Event.objects.filter(kind="account.owner_changed").count() == 3
    client.force_login(factories.make_staff("supervisor"))
    assert client.get(answer.url).status_code == 404


def test_a_cover_is_arranged_and_ended_on_its_page(client: Client, now: datetime) -> None:
    """With a sentence where it cannot be."""
    away, cover = factories.make_staff(), factories.make_staff()
    client.force_login(factories.make_staff("supervisor"))
    days = {"first_on": now.date().isoformat(), "last_on": now.date().isoformat()}
    typed = {"away": away.pk, "cover": cover.pk, **days}
    assert client.post(reverse("desk:covers"), typed).status_code == 303
    again = client.post(reverse("desk:covers"), typed)
    assert again.status_code == 422
    assert "已有" in again.content.decode()
    row = LeaveCover.objects.get()
    assert client.post(reverse("desk:cover_end", args=[row.pk])).status_code == 303
    assert client.post(reverse("desk:cover_end", args=[row.pk])).status_code == 422


def test_a_wall_is_put_up_by_employee_and_customer_number(client: Client, now: datetime) -> None:
    """And nobody reads on the page of a wall against themself."""
    officer, person = factories.make_staff("compliance", scope="institution"), factories.make_staff()
    customer = factories.make_debtor()[0]
    client.force_login(officer)
    typed = {"employee_no": person.employee_no, "customer_no": customer.customer_no, "relation": "relative"}
    assert client.post(reverse("desk:ties"), typed).status_code == 303
    assert customer.customer_no in client.get(reverse("desk:ties")).content.decode()
    StaffTie.objects.update(staff=officer)
    assert customer.customer_no not in client.get(reverse("desk:ties")).content.decode()


# --- Placements


@pytest.fixture
def agency(db: None, now: datetime) -> MachineClient:
    return MachineClient.objects.create(client_id="agency", name="示范机构", kind="agency", created_at=now)


def place(account: Account, agency: MachineClient, by: Staff, now: datetime, **more: Any) -> Placement:
    return placements.place(account_no=account.account_no, client=agency, actor=Actor.of(by), now=now, **more)


def test_the_debtor_is_told_before_an_account_is_placed(client: Client, agency: MachineClient, now: datetime) -> None:
    """The form of the placement says why not; after the notice it goes through, and the bank's queue is closed."""
    manager = factories.make_staff("placement_manager", scope="branch")
    customer, account = factories.make_debtor(account={"placement": "branch"})
    client.force_login(manager)
    typed = {"account": account.pk, "agency": agency.pk, "batch": "B1", "seen_version": customer.version}
    address = reverse("desk:placement_place", args=[customer.customer_no])
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "须先告知" in refused.content.decode()
    told = {"account": account.pk, "channel": "letter", "told_at": "2026-11-19T10:00", "reference": "EMS1",
            "seen_version": customer.version}  # fmt: skip
    assert client.post(reverse("desk:placement_tell", args=[customer.customer_no]), told).status_code == 303
    customer.refresh_from_db()
    assert customer.customer_no in client.get(reverse("desk:placements")).content.decode()
    assert client.post(address, {**typed, "seen_version": customer.version}).status_code == 303
    customer.refresh_from_db()
    assert (customer.status, customer.queue) == ("placed", "on_hold")
    assert [hold.kind for _id, hold in permit_holds._placed([customer.pk], [account.pk], now)] == []


@pytest.mark.parametrize(
    ("kind", "comes_back"), [("hardship", True), ("illness", True), ("promise_pending", False), ("channel_stop", False)]
)
def test_whatever_stops_collection_calls_an_account_back(
    agency: MachineClient, now: datetime, kind: str, comes_back: bool
) -> None:
    """To the pool it came from, in the transaction of the hold; what the agency's own work brings does not."""
    manager = factories.make_staff("administrator")
    customer, account = factories.make_debtor(account={"placement": "branch", "outsource_notice_at": now})
    placed = place(account, agency, manager, now)
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        holds.place_within(
            customer=locked, kind=kind, actor=records.SYSTEM, now=now, account_id=account.pk, channel="sms"
        )
    placed.refresh_from_db()
    account.refresh_from_db()
    assert (placed.recalled_at is not None, account.placement) == (comes_back, "branch" if comes_back else "placed")
    assert placed.recall_reason == ("hold" if comes_back else "")


def test_a_hold_in_force_and_a_stale_notice_keep_an_account_from_its_agency(
    agency: MachineClient, now: datetime
) -> None:
    """Half a year after the notice the debtor is told anew."""
    manager = factories.make_staff("administrator")
    customer, account = factories.make_debtor(account={"outsource_notice_at": now - timedelta(days=181)})
    with pytest.raises(RefusedError, match="debtor_not_told"):
        place(account, agency, manager, now)
    Account.objects.update(outsource_notice_at=now)
    holds.place(
        customer_id=customer.pk, kind="hardship", actor=Actor.of(factories.make_staff("supervisor")), seen_version=None,
        now=now,
    )  # fmt: skip
    with pytest.raises(RefusedError, match="hold_stops_placement"):
        place(account, agency, manager, now)


def test_a_placement_ends_after_its_last_day_and_with_its_account(agency: MachineClient, now: datetime) -> None:
    """By the clock, in the customer's zone."""
    manager = factories.make_staff("administrator")
    first, second = (factories.make_debtor(account={"outsource_notice_at": now})[1] for _ in range(2))
    place(first, agency, manager, now, until_on=now.date() + timedelta(days=2))
    place(second, agency, manager, now)
    assert placements.recall_over(now=now + timedelta(days=2)) == 0
    Account.objects.filter(pk=second.pk).update(closed_in_core=True)
    assert placements.recall_over(now=now + timedelta(days=3)) == 2
    assert sorted(Placement.objects.values_list("recall_reason", flat=True)) == ["closed", "over"]


# --- Files


def _lines(answer: Any) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_file_needs_a_reason_is_logged_marked_and_of_ones_reach(client: Client, now: datetime) -> None:
    """Who, when and why stand first and last, the mark in each line; no cell is a formula; nothing out of scope."""
    boss = factories.make_staff("supervisor")
    mine = factories.make_debtor(name="=HYPERLINK(1)")[0]
    other = factories.make_debtor(branch=factories.make_branch("SH"))[0]
    walled = factories.make_debtor()[0]
    StaffTie.objects.create(staff=boss, customer=walled, relation="relative", declared_at=now)
    Customer.objects.filter(pk=walled.pk).update(walled=True)
    client.force_login(boss)
    address = reverse("desk:export_worklist") + "?queue=to_contact"
    refused = client.post(address, {"reason": "x", "file_format": "csv"})
    assert refused.status_code == 422
    assert not Export.objects.exists()
    lines = _lines(client.post(address, {"reason": "晨会逐户核对", "file_format": "csv"}))
    export = Export.objects.get()
    assert (export.staff, export.selection) == (boss, {"queue": "to_contact"})
    assert lines[0] == lines[-1]
    assert all(word in lines[0][0] for word in (export.mark, boss.employee_no, "晨会逐户核对"))
    assert [line[0] for line in lines[2:-1]] == [mine.customer_no]
    assert (lines[2][1], lines[2][-1]) == ("'=HYPERLINK(1)", export.mark)
    assert other.customer_no not in str(lines)
    assert walled.customer_no not in str(lines)


def test_a_workbook_opens_and_holds_the_same_lines(client: Client, now: datetime) -> None:
    """Well-formed parts, numbers as numbers, texts as texts, and the mark on every printed page."""
    client.force_login(factories.make_staff("supervisor"))
    person = factories.make_staff(display_name="=1+1")
    answer = client.post(reverse("desk:export_assignments"), {"reason": "负荷分析 & 复核", "file_format": "xlsx"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        parts = {
            name: ElementTree.fromstring(archive.read(name))  # noqa: S314  our own
            for name in archive.namelist()
        }
    sheet = "".join(parts["xl/worksheets/sheet1.xml"].itertext())
    assert all(word in sheet for word in (person.employee_no, "=1+1", Export.objects.get().mark))
    assert not [item for item in parts["xl/worksheets/sheet1.xml"].iter() if item.tag.endswith("}f")]


def test_the_board_is_a_file_too(client: Client, now: datetime) -> None:
    """A line for each branch in one's scope."""
    client.force_login(factories.make_staff("auditor"))
    factories.make_debtor()
    lines = _lines(client.post(reverse("oversight:export"), {"reason": "季度审计", "file_format": "csv"}))
    assert [line[0] for line in lines[2:-1]] == ["BJ分行"]
