"""A colleague's call on the desk: asked for, handed over, taken over, interrupted, and what its first holder sees."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from collections_app.domain.lines import LEASE
from collections_app.models import Conversation, Customer, Staff
from collections_app.services import calls
from collections_app.services.records import Actor
from tests import factories
from tests.desk.conftest import FencedClient
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> tuple[FencedClient, Staff]:
    client, staff = FencedClient(), factories.make_staff(role)
    client.force_login(staff)
    return client, staff


def on_the_line(record: Customer, staff: Staff, now: datetime) -> Conversation:
    return calls.start(
        customer_id=record.id, contact_point_id=None, inbound=True, actor=Actor.of(staff), seen_version=None, now=now
    )


def url(name: str, record: Customer, call: Conversation) -> str:
    return reverse(f"desk:{name}", args=[record.customer_no, call.id])


def reason(record: Customer, text: str) -> dict[str, Any]:
    return {"reason": text, "seen_version": Customer.objects.get(id=record.id).version}


@pytest.fixture
@remembered
def call(record: Customer, collector: Staff, now: datetime) -> Conversation:
    return on_the_line(record, collector, now)


def test_a_call_is_asked_for_and_handed_over_on_the_two_screens(
    browser: FencedClient, record: Customer, call: Conversation
) -> None:
    """The record offers to ask; the panel of the holder shows who asks and why; accepting passes the panel on."""
    other, agent = signed_in("service_agent")
    other.post(f"/find/{record.customer_no}/", {"purpose": "call_in"})
    page = other.get(reverse("desk:record", args=[record.customer_no]))
    assert url("call_ask", record, call) in page.text
    assert url("call_take_over", record, call) not in page.text
    assert other.post(url("call_ask", record, call), reason(record, "客户要谈还款安排")).status_code == 303
    line = browser.get(url("call_line", record, call))
    assert agent.name in line.text
    assert "客户要谈还款安排" in line.text
    transfer = call.transfers.get()
    answered = browser.post(url("call_line", record, call), {"do": "hand_over", "transfer": transfer.id})
    assert answered.url == reverse("desk:record", args=[record.customer_no])
    assert other.get(url("call", record, call)).status_code == 200
    call.refresh_from_db()
    assert call.staff == agent


def test_what_the_first_holder_saves_after_a_take_over_is_refused_and_kept(
    browser: FencedClient, record: Customer, call: Conversation
) -> None:
    """409, the reason of the supervisor on the panel, and everything typed still in the form."""
    boss, supervisor = signed_in("supervisor")
    taken = boss.post(url("call_take_over", record, call), reason(record, "通话用语不当"))
    assert taken.url == url("call", record, call)
    values = {"party": "nobody", "outcome": "no_answer", "text": "客户说月底发工资", "seen_version": 1}
    refused = browser.post(url("call", record, call), values)
    assert refused.status_code == 409
    assert "客户说月底发工资" in refused.text
    panel = browser.get(url("call", record, call))
    assert 'data-line="lost"' in panel.text
    assert supervisor.name in panel.text
    assert "通话用语不当" in panel.text
    verify = {"result": "refused"}
    assert browser.post(url("call_verify", record, call), verify).status_code == 409
    call.refresh_from_db()
    assert (call.ended_at, call.verification) == (None, "")


def test_a_colleague_may_neither_see_the_panel_nor_take_over(record: Customer, call: Conversation) -> None:
    other, _staff = signed_in("collector")
    assert other.get(url("call", record, call)).status_code == 404
    assert other.get(url("call_line", record, call)).status_code == 404
    assert other.post(url("call_take_over", record, call), reason(record, "我来")).status_code == 403


def test_an_interrupted_call_says_so_everywhere_and_the_line_is_taken_back(
    browser: FencedClient, record: Customer, call: Conversation, now: datetime
) -> None:
    """The banner leads back from any page; the record is free for others; one button takes the line back."""
    with time_machine.travel(now + LEASE + timedelta(seconds=1), tick=False):
        assert 'data-line="interrupted"' in browser.get(url("call_line", record, call)).text
        page = browser.get(reverse("desk:record", args=[record.customer_no]))
        assert url("call", record, call) in page.text
        answered = browser.post(url("call_line", record, call), {"do": "resume"})
        assert answered.url == url("call", record, call)
        assert 'data-line="held"' in browser.get(url("call_line", record, call)).text


def test_a_second_tab_of_the_same_person_goes_on_with_the_call(
    browser: FencedClient, record: Customer, call: Conversation
) -> None:
    """The panel opens in any tab, the form of either saves, and the other is led to the record."""
    assert browser.get(url("call", record, call)).status_code == 200
    values = {"party": "nobody", "outcome": "no_answer", "seen_version": record.version}
    assert browser.post(url("call", record, call), values).status_code == 303
    assert browser.get(url("call", record, call)).url == reverse("desk:record", args=[record.customer_no])


def test_the_heartbeat_of_any_page_keeps_the_line(
    browser: FencedClient, record: Customer, call: Conversation, now: datetime
) -> None:
    """It is the person's, not the tab's; whoever has no call is told so."""
    with time_machine.travel(now + timedelta(seconds=80), tick=False):
        assert browser.post("/live/here/", headers={"X-Passive": "1"}).json() == {"held": True}
    call.refresh_from_db()
    assert call.lease_until == now + timedelta(seconds=80) + LEASE
    other, _staff = signed_in("collector")
    assert other.post("/live/here/", headers={"X-Passive": "1"}).json() == {"held": False}


def test_a_heartbeat_needs_a_session_and_the_desks_own_script(call: Conversation, browser: FencedClient) -> None:
    """A form of another site cannot send the header, and whoever is signed out holds nothing."""
    assert browser.post("/live/here/").status_code == 400
    assert FencedClient().post("/live/here/", headers={"X-Passive": "1"}).json() == {"held": False}
