"""The inbox of hand-offs shows a department what waits for it, and the sender what became of it."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collections_app.models import Customer, HandOff, Hold, Staff
from collections_app.selectors import codes
from collections_app.services import handoffs
from collections_app.services.records import Actor
from desk.selectors.handoffs import inbox
from tests import factories
from tests.desk.scenes import address

pytestmark = pytest.mark.django_db
FIELDS = ("customer_id", "kind", "state", "to_department", "from_department", "opened_at", "opened_by_id")


def hand_off(staff: Staff, now: datetime, kind: str = "document") -> str:
    customer = factories.make_debtor()[0]
    handoffs.open_(
        customer_id=customer.id, kind=kind, carries=factories.carried(kind), actor=Actor.of(staff),
        seen_version=1, now=now,
    )  # fmt: skip
    return customer.customer_no


def page(client: Client, staff: Staff) -> str:
    client.force_login(staff)
    return client.get("/handoffs/").content.decode()


def test_what_collections_hands_off_waits_for_customer_service(client: Client, now: datetime) -> None:
    number = hand_off(factories.make_staff("collector"), now)
    assert number in page(client, factories.make_staff("service_agent"))


def test_another_branch_sees_none_of_it(client: Client, outsider: Staff, now: datetime) -> None:
    number = hand_off(factories.make_staff("service_agent"), now, kind="plan_request")
    assert number in page(client, factories.make_staff("collector"))
    assert number not in page(client, outsider)


def test_the_list_costs_the_same_queries_for_one_and_for_ten(client: Client, now: datetime) -> None:
    staff = factories.make_staff("collector")
    agent = factories.make_staff("service_agent")
    hand_off(staff, now)
    page(client, agent)
    with CaptureQueriesContext(connection) as one:
        page(client, agent)
    for _ in range(9):
        hand_off(staff, now)
    with CaptureQueriesContext(connection) as ten:
        page(client, agent)
    assert len(one) == len(ten)


def test_the_form_asks_for_what_the_kind_must_carry(browser: Client, record: Customer) -> None:
    """By the address, by the fragment of the kind chosen, and without scripts by the refusal that names the fields."""
    page = browser.get(address("handoff", record) + "?kind=plan_request").content.decode()
    assert 'name="carries_offer"' in page
    assert 'name="carries_means"' in page
    assert "carries_police_no" not in page
    assert 'name="carries_police_no"' in browser.get("/handoff-contents/", {"kind": "fraud_claim"}).content.decode()
    assert browser.get("/handoff-contents/", {"kind": "gossip"}).content.decode().strip() == ""
    typed = {"seen_version": 1, "kind": "plan_request", "carries_offer": "分六期", "text": "客户来电"}
    refused = browser.post(address("handoff", record), typed)
    again = refused.content.decode()
    assert refused.status_code == 422
    assert 'value="分六期"' in again
    assert 'id="id_carries_means_error"' in again
    assert not HandOff.objects.exists()
    assert browser.post(address("handoff", record), typed | {"carries_means": "月入五千"}).status_code == 303
    assert HandOff.objects.get().text == "方案：分六期\n还款能力：月入五千\n客户来电"


def test_a_dispute_is_work_with_its_item_and_its_hold(browser: Client, record: Customer) -> None:
    """The button opens the hand-off, not a hold alone; what is disputed is one of the bank's list."""
    page = browser.get(address("record", record)).content.decode()
    button = page.partition('id="action-dispute"')[0].rpartition("href=")[2]
    assert button.startswith(f'"{address("handoff", record)}?kind=dispute"')
    form = browser.get(address("handoff", record) + "?kind=dispute").content.decode()
    assert all(f'<option value="{name}"' in form for _code, name in codes.choices("dispute_kinds"))
    typed = {"seen_version": 1, "kind": "dispute", "carries_item": "闲聊", "carries_evidence": "账单"}
    assert browser.post(address("handoff", record), typed).status_code == 422
    assert browser.post(address("handoff", record), typed | {"carries_item": "金额错误"}).status_code == 303
    work = HandOff.objects.get()
    assert work.text.startswith("异议事项：金额错误")
    assert Hold.objects.get().source == f"handoff:{work.id}"


def test_what_fits_no_kind_goes_to_the_department_chosen(browser: Client, record: Customer) -> None:
    typed = {"seen_version": 1, "kind": "other", "text": "请法务看一眼合同"}
    assert browser.post(address("handoff", record), typed).status_code == 422
    assert browser.post(address("handoff", record), typed | {"to": "customer"}).status_code == 422
    assert browser.post(address("handoff", record), typed | {"to": "legal"}).status_code == 303
    assert HandOff.objects.get().to_department == "legal"
    other = {"seen_version": 2, "kind": "wrong_number", "carries_said_by": "同事", "to": "legal"}
    assert browser.post(address("handoff", record), other).status_code == 303
    assert HandOff.objects.latest("id").to_department == "service"


def test_a_callback_stands_first_for_the_owner_of_the_record(client: Client, now: datetime) -> None:
    """And for who covers for them; a colleague of the department sees whose it is."""
    owner, colleague = factories.make_staff("collector"), factories.make_staff("collector")
    hand_off(factories.make_staff("service_agent"), now, kind="promise_redate")
    customer = factories.make_debtor(account={"owner": owner})[0]
    handoffs.open_(
        customer_id=customer.id, kind="callback", carries=factories.carried("callback"), due_at=now + timedelta(days=9),
        actor=Actor.of(owner), seen_version=None, now=now,
    )  # fmt: skip
    first = [inbox(staff, now=now)[0].kind for staff in (owner, colleague)]
    assert first == ["callback", "promise_redate"]
    assert owner.display_name in page(client, colleague)


def test_a_callback_without_its_hour_is_refused_in_words(browser: Client, record: Customer) -> None:
    typed = {"seen_version": 1, "kind": "callback", "carries_number": "登记手机"}
    refused = browser.post(address("handoff", record), typed)
    assert refused.status_code == 422
    assert "转办“预约回电”还须附：方便时段。" in refused.content.decode()


def test_a_long_list_says_how_many_wait_and_shows_them_all_page_by_page(client: Client, now: datetime) -> None:
    agent = factories.make_staff("service_agent")
    hand_off(factories.make_staff("collector"), now)
    one = HandOff.objects.get()
    HandOff.objects.bulk_create(
        HandOff(**{name: getattr(one, name) for name in FIELDS}, due_at=one.due_at + timedelta(minutes=n))
        for n in range(1, 121)
    )
    client.force_login(agent)
    seen: list[str] = []
    for number in ("", "?received=2", "?received=3", "?received=99"):
        text = client.get(f"/handoffs/{number}").content.decode()
        assert "· 121<" in text
        assert f'data-fragment-url="/handoffs/{number}"' in text, "a page that renews itself stays where it is"
        seen += re.findall(r'id="handoff-(\d+)"', text) if number != "?received=99" else []
    assert len(seen) == len(set(seen)) == 121
    assert "?received=2" in text
    assert "?received=4" not in text
