"""A complaint at the desk: one screen that asks nothing twice, a list by days left, its page, its papers."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collections_app.domain.complaint_intake import Intake
from collections_app.models import Complaint, Customer, Event, EvidencePack, HandOff, LookUp, PowerOfAttorney, Staff
from collections_app.services import handoffs
from collections_app.services.complaints import intake, steps
from collections_app.services.records import CUSTOMER, Actor
from collections_app.tasks.evidence import make_waiting
from tests import factories
from tests.desk.scenes import address

pytestmark = pytest.mark.django_db


def typed(now: datetime, **values: Any) -> dict[str, Any]:
    plain = {
        "seen_version": 1, "source": "hotline", "cause": "collection", "sub_kind": "too_often", "level": "ordinary",
        "text": "一天来电五次", "demand": "书面道歉", "received_at": f"{timezone.localtime(now):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    return plain | values


def taken(customer: Customer, by: Staff, now: datetime, **values: Any) -> Complaint:
    given = Intake(**({
        "source": "hotline", "cause": "pricing", "level": "ordinary", "text": "利息太高", "demand": "减免",
        "received_at": now,
    } | values))  # fmt: skip
    return intake.take(customer_id=customer.id, given=given, actor=Actor.of(by), seen_version=None, now=now)


def signed_in(client: Client, role: str, customer: Customer, now: datetime) -> Staff:
    """Somebody of a role who sees the whole bank and has said why they open the record."""
    staff = factories.make_staff(role, scope="institution")
    LookUp.objects.create(customer=customer, staff=staff, purpose="complaint", at=now)
    client.force_login(staff)
    return staff


def test_it_is_taken_in_on_one_screen(browser: Client, record: Customer, collector: Staff, now: datetime) -> None:
    """With its paper and the representative's; the page of the complaint follows."""
    page = browser.get(address("complaint_take", record)).content.decode()
    assert collector.employee_no not in page
    paper = SimpleUploadedFile("poa.pdf", b"%PDF-1.7 poa", content_type="application/pdf")
    sent = browser.post(
        address("complaint_take", record),
        typed(now, rep_name="李四", rep_scope="投诉", rep_until="2027-01-01", rep_paper=paper),
    )
    complaint = Complaint.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, address("complaint", record, complaint.id))
    assert PowerOfAttorney.objects.get().document is not None
    shown = browser.get(sent["Location"]).content.decode()
    assert "书面道歉" in shown
    assert "剩 15 天" in shown
    side = browser.get(f"/c/{record.customer_no}/part/side/").content.decode()
    assert f"投诉 {complaint.id} 号" in side


def test_what_lacks_is_said_beside_its_field(browser: Client, record: Customer, now: datetime) -> None:
    refused = browser.post(address("complaint_take", record), typed(now, sub_kind="", rep_scope="投诉"))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'id="id_sub_kind_error"' in page
    assert 'id="id_rep_name_error"' in page
    assert not Complaint.objects.exists()


def test_what_the_customer_has_said_already_is_not_asked_again(
    browser: Client, record: Customer, now: datetime
) -> None:
    """The hand-off of their page is taken in where it lies: its words, its time, its way."""
    with transaction.atomic():
        passed = handoffs.open_within(
            customer=Customer.objects.select_for_update().get(id=record.id), kind="complaint", actor=CUSTOMER,
            now=now - timedelta(days=1), text="催收员态度差",
        )  # fmt: skip
    page = browser.get(address("complaint_take", record)).content.decode()
    assert "催收员态度差" in page
    assert f'name="handoff" value="{passed.id}"' in page
    browser.post(address("complaint_take", record), typed(now, handoff=passed.id, seen_version=2))
    assert Complaint.objects.get().handoff_id == passed.id


def test_whoever_takes_in_a_complaint_about_themselves_goes_back_to_their_list(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """And finds the record no more; a colleague of the record is offered as somebody complained of."""
    taken(record, collector, now)
    page = browser.get(address("complaint_take", record)).content.decode()
    assert collector.employee_no in page
    sent = browser.post(
        address("complaint_take", record), typed(now, about=f"staff:{collector.id}", seen_version=record.version + 99)
    )
    assert sent.status_code in {409, 422}
    record.refresh_from_db()
    sent = browser.post(
        address("complaint_take", record), typed(now, about=f"staff:{collector.id}", seen_version=record.version)
    )
    assert (sent.status_code, sent["Location"]) == (303, "/")
    assert browser.get(f"/c/{record.customer_no}/").status_code == 404
    assert record.customer_no not in browser.get("/").content.decode()


def test_the_list_costs_the_same_queries_for_one_and_for_ten(client: Client, record: Customer, now: datetime) -> None:
    """The soonest due first, with days left; somebody who takes none in has no list."""
    agent = factories.make_staff("service_agent")
    taken(record, agent, now)
    client.force_login(agent)
    client.get("/complaints/")
    with CaptureQueriesContext(connection) as one:
        assert "剩 15 天" in client.get("/complaints/").content.decode()
    for number in range(9):
        taken(factories.make_debtor()[0], agent, now, received_at=now - timedelta(days=number))
    with CaptureQueriesContext(connection) as ten:
        page = client.get("/complaints/").content.decode()
    assert len(ten) == len(one)
    assert page.index("剩 7 天") < page.index("剩 15 天")
    client.force_login(factories.make_staff("auditor"))
    assert client.get("/complaints/").status_code == 403


def test_it_is_worked_on_to_its_end_at_the_desk(client: Client, record: Customer, now: datetime) -> None:
    """Inquiry, more time asked for, the written answer, its delivery; what may follow is offered, nothing else."""
    complaint = taken(record, factories.make_staff("service_agent"), now)
    signed_in(client, "consumer_protection", record, now)
    page = address("complaint", record, complaint.id)

    def send(path: str, **values: Any) -> int:
        record.refresh_from_db()
        return client.post(page + path, {"seen_version": record.version, **values}).status_code

    assert "step/ask_review/" not in client.get(page).content.decode()
    assert send("step/investigate/") == 303
    assert send("extend/", reason="需外部核实") == 303
    assert "申请延期" in client.get(page).content.decode()
    assert send("step/answer/", text="经查属实", finding="") == 422
    assert send("step/answer/", text="经查属实", finding="upheld", way="letter") == 422
    assert send("step/answer/", text="经查属实", finding="upheld") == 303
    assert "尚未送达" in client.get(page).content.decode()
    letter = complaint.documents.get()
    assert send(f"document/{letter.id}/deliver/", way="hand") == 303
    assert "当面递交" in client.get(page).content.decode()
    assert send("step/close/", text="客户认可") == 303
    assert client.get(page + "step/dance/").status_code == 404
    paper = client.get(f"{page}document/{letter.id}/")
    assert paper.content.startswith(b"%PDF-")
    assert paper["Cache-Control"] == "no-store"
    assert Event.objects.filter(kind="document.read").count() == 1


def test_legal_checks_a_power_and_compliance_ends_a_recusal(client: Client, record: Customer, now: datetime) -> None:
    from collections_app.domain.complaint_intake import Representative

    other = factories.make_staff("collector")
    agent = factories.make_staff("service_agent")
    complaint = taken(record, agent, now, representative=Representative("李四"), staff_id=other.id)
    signed_in(client, "legal", record, now)
    power = PowerOfAttorney.objects.get()
    record.refresh_from_db()
    answer = {"seen_version": record.version, "result": "proven", "reason": "已核"}
    assert "缺少授权委托书" in client.post(address("power_check", record, power.id), answer).content.decode()
    assert client.post(address("power_check", record, power.id), answer | {"result": "refused"}).status_code == 303
    keeper = signed_in(client, "compliance", record, now)
    steps.move(
        complaint_id=complaint.id, step="answer", text="不属实", finding="not_upheld", actor=Actor.of(keeper),
        seen_version=None, now=now,
    )  # fmt: skip
    record.refresh_from_db()
    ended = {"seen_version": record.version, "reason": "经查不属实"}
    assert client.post(address("recusal_end", record, complaint.recusals.get().id), ended).status_code == 303


def test_an_evidence_pack_is_asked_for_and_fetched(
    client: Client,
    record: Customer,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """With a reason; the file is there once a worker has made it, for those who may have one."""
    woken: list[dict[str, int]] = []
    monkeypatch.setattr("collections_app.services.wake.at_once", lambda task, **named: woken.append(named))
    client.force_login(factories.make_staff("supervisor"))
    page = address("evidence", record)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(page, {"seen_version": 1, "reason": "投诉核查"}).status_code == 303
    pack = EvidencePack.objects.get()
    assert woken == [{"pack_id": pack.id}]
    assert client.get(f"{page}{pack.id}/").status_code == 404
    assert make_waiting() == 1
    assert "已生成" in client.get(page).content.decode()
    assert client.get(f"{page}{pack.id}/").content.startswith(b"%PDF-")
    client.force_login(factories.make_staff("collector"))
    assert client.get(page).status_code == client.get(f"{page}{pack.id}/").status_code == 403


def test_a_hand_off_is_filled_from_the_record_and_the_call_just_now(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """The number on file is there for a callback, and the words of the call for a dispute."""
    from collections_app.domain.calls import Closing
    from collections_app.services import calls

    call = calls.start(
        customer_id=record.id, contact_point_id=None, actor=Actor.of(collector), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    closing = Closing(party="nobody", outcome="hung_up", text="客户称有两笔不是本人消费")
    calls.close(conversation_id=call.id, closing=closing, actor=Actor.of(collector), now=now)
    page = browser.get(address("handoff", record) + "?kind=dispute").content.decode()
    assert re.search(r"客户称有两笔不是本人消费\s*</textarea>", page)
    part = browser.get("/handoff-contents/", {"kind": "callback", "customer": record.customer_no}).content.decode()
    assert "本人 100····" in part
    assert 'value="complaint"' not in page


def test_the_lists_say_who_was_told_what_waits_and_what_may_be_contested(
    client: Client, record: Customer, now: datetime
) -> None:
    """Both departments see it; the person told has it on top; the sender contests from their list."""
    collector, agent = factories.make_staff("collector"), factories.make_staff("service_agent")
    boss = factories.make_staff("supervisor", department="service", display_name="钱丽华")
    common: dict[str, Any] = {"seen_version": None, "now": now}
    handoff = handoffs.open_(
        customer_id=record.id, kind="document", carries=factories.carried("document"), actor=Actor.of(collector),
        **common,
    )  # fmt: skip
    HandOff.objects.filter(id=handoff.id).update(level=1, escalated_to=boss)
    for staff, words in [(boss, "时限将至"), (agent, "已提醒钱丽华"), (collector, "已提醒钱丽华")]:
        client.force_login(staff)
        assert words in client.get("/handoffs/").content.decode()
    handoffs.move(handoff_id=handoff.id, state="done", actor=Actor.of(agent), **common)
    page = client.get("/handoffs/").content.decode()
    assert "近七天为您部门办结" in page
    assert "提出异议" in page
    move = client.get(address("handoff_move", record, handoff.id)).content.decode()
    assert 'value="contested"' in move
    assert 'value="accepted"' not in move
