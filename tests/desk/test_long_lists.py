"""No list of the staff's is cut in silence: each says how many rows there are, and shows them all page by page."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse

from collections_app.models import Approval, HandOff, MachineClient, Placement, Staff, StaffTie
from collections_app.views import paging
from mediation.models import Mediation, MediationClock, Session
from notifications.models import SendingHalt
from tests import factories

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# Each list: its page, its name in the address, and who reads it.
LISTS = (
    ("desk:approvals", "asked", "collector"),
    ("desk:approvals", "waiting", "supervisor"),
    ("desk:approvals", "decided", "supervisor"),
    ("desk:placements", "told", "placement_manager"),
    ("desk:placements", "placed", "placement_manager"),
    ("desk:placements", "recalled", "placement_manager"),
    ("desk:visits", "open", "supervisor"),
    ("desk:ties", "ties", "compliance"),
    ("mediation:sessions", "days", "supervisor"),
    ("mediation:sessions", "waiting", "supervisor"),
    ("mediation:sessions", "untold", "supervisor"),
    ("mediation:sessions", "wishes", "collector"),
    ("mediation:sessions", "clocks", "supervisor"),
    ("oversight:floor", "handoffs", "supervisor"),
    ("notifications:halts", "ended", "operations"),
)


def happen(number: int, asks: Staff, agency: MachineClient, now: datetime) -> None:
    """One row more of every list."""
    customer, told = factories.make_debtor(account={"placement": "branch", "outsource_notice_at": now - DAY})
    staff = factories.make_staff("compliance")
    asked: dict[str, Any] = {
        "customer": customer, "kind": "hold_release", "reason": "x", "asked_by": asks, "asked_at": now,
        "asked_department": "collections", "expires_at": now + DAY,
    }  # fmt: skip
    Approval.objects.create(subject=f"hold:{number}", **asked)
    Approval.objects.create(subject="hold:0", state="rejected", decided_at=now, decided_by=staff, **asked)
    placed: dict[str, Any] = {"client": agency, "customer": customer, "batch": "B1", "placed_at": now - DAY}
    mine = factories.make_account(customer)
    Placement.objects.create(account=mine, **placed)
    Placement.objects.create(account=told, recalled_at=now, recall_reason="hold", **placed)
    factories.make_visit(customer, asks, at=now + DAY)
    StaffTie.objects.create(staff=factories.make_staff(), customer=customer, relation="relative", declared_at=now)
    HandOff.objects.create(
        customer=customer, kind="mediation_request", from_department="service", to_department="collections",
        opened_at=now, opened_by=asks, due_at=now + DAY,
    )  # fmt: skip
    talks = Mediation.objects.create(
        customer=customer, account=told, kind="mediation", route="telephone", route_reason="small", amount_fen=1,
        proposed_at=now, proposed_by=asks, department="collections",
    )  # fmt: skip
    MediationClock.objects.create(
        mediation=talks, customer=customer, kind="term", starts_at=now, due_on=now.date() + DAY, source="x",
        verified=True,
    )  # fmt: skip
    Session.objects.create(
        mediation=talks, customer=customer, representative=asks, mode="telephone", scheduled_at=now,
        during=DateTimeTZRange(now + DAY + number * HOUR, now + DAY + (number + 1) * HOUR),
    )  # fmt: skip
    over = Mediation.objects.create(
        customer=customer, account=mine, kind="mediation", route="telephone", route_reason="small", amount_fen=1,
        proposed_at=now, proposed_by=asks, department="collections", state="scheduled",
    )  # fmt: skip
    Session.objects.create(
        mediation=over, customer=customer, representative=asks, mode="telephone", scheduled_at=now,
        during=DateTimeTZRange(now - DAY - (number + 1) * HOUR, now - DAY - number * HOUR),
    )  # fmt: skip
    SendingHalt.objects.create(reason="x", begun_by=staff, begun_at=now, ended_by=staff, ended_at=now)


def test_a_long_list_says_how_many_there_are_and_leads_to_all(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS", 1)
    people = {
        role: factories.make_staff(role, scope="institution") for role in sorted({who for _page, _name, who in LISTS})
    }
    agency = MachineClient.objects.create(client_id="agency", name="示范机构", kind="agency", created_at=now)
    for number in (1, 2):
        happen(number, people["collector"], agency, now)
    for page, name, who in LISTS:
        desk = Client()
        desk.force_login(people[who])
        # What one person asked for, another has decided half of.
        total = 4 if name == "asked" else 2
        first = desk.get(reverse(page)).content.decode()
        assert f'?{name}=2"' in first, (page, name)
        assert f"第 1–1 条，共 {total} 条" in first, (page, name)
        second = desk.get(reverse(page), {name: "2"}).content.decode()
        assert f"第 2–2 条，共 {total} 条" in second, (page, name)
        if name == "days":
            assert "2 场" in second, "a day says how many it has, whatever is on this page"
        # What renews itself stays on the page one has turned to.
        renewed = [url for url in re.findall(r'data-fragment-url="([^"]*)"', second) if url.startswith(reverse(page))]
        assert all(f"{name}=2" in url for url in renewed if "/" not in url[len(reverse(page)) :]), (page, name)
