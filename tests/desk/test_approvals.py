"""The approval inbox in the browser of those who ask and those who decide."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collections_app.models import Approval, Event, Hold, Staff
from collections_app.services import approvals, holds
from collections_app.services.records import Actor
from tests import factories

pytestmark = pytest.mark.django_db


def held(staff: Staff, now: datetime) -> Hold:
    customer = factories.make_debtor()[0]
    return holds.place(customer_id=customer.id, kind="hardship", actor=Actor.of(staff), seen_version=None, now=now)


def asked(staff: Staff, now: datetime) -> Approval:
    hold = held(staff, now)
    return approvals.ask(
        kind="hold_release",
        subject=f"hold:{hold.id}",
        reason="已找到工作",
        customer_id=hold.customer_id,
        actor=Actor.of(staff),
        now=now,
    )


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def test_a_request_goes_from_the_record_to_the_inbox_and_back(now: datetime) -> None:
    """The collector asks with a document; the supervisor reads it and approves; the hold is gone."""
    collector, supervisor = factories.make_staff("collector"), factories.make_staff("supervisor")
    hold = held(collector, now)
    desk = signed_in(collector)
    document = SimpleUploadedFile("slip.pdf", b"%PDF-1.7 ...", content_type="application/pdf")
    answer = desk.post(
        f"/c/{hold.customer.customer_no}/hold/{hold.id}/ask/",
        {"reason": "已找到工作", "document": document, "seen_version": hold.customer.version},
    )
    assert answer.status_code == 303
    request = Approval.objects.get()
    other = signed_in(supervisor)
    assert "提前恢复" in other.get("/approvals/").content.decode()
    page = other.get(f"/approvals/{request.id}/")
    assert "已找到工作" in page.content.decode()
    evidence = request.evidence.get()
    sent = other.get(f"/approvals/{request.id}/evidence/{evidence.id}/")
    assert (sent.content[:5], sent["Cache-Control"]) == (b"%PDF-", "no-store")
    form = {"verdict": "approved", "answer": "", "seen_version": page.context["form"]["seen_version"].value()}
    assert other.post(f"/approvals/{request.id}/", form).status_code == 303
    hold.refresh_from_db()
    assert hold.released_by == supervisor


def test_a_form_that_comes_back_says_that_its_file_is_gone(now: datetime) -> None:
    """No browser gives a chosen file back to a form: the words stay, and the author is told to choose it again."""
    collector = factories.make_staff("collector")
    hold = held(collector, now)
    document = SimpleUploadedFile("slip.pdf", b"%PDF-1.7 ...", content_type="application/pdf")
    seen = {"reason": "已找到工作", "seen_version": hold.customer.version}
    holds.place(customer_id=hold.customer_id, kind="illness", actor=Actor.of(collector), seen_version=None, now=now)
    address = f"/c/{hold.customer.customer_no}/hold/{hold.id}/ask/"
    desk = signed_in(collector)
    stale = desk.post(address, {**seen, "document": document})
    page = stale.content.decode()
    assert (stale.status_code, "已找到工作" in page, "请重新选择" in page) == (409, True, True)
    assert "请重新选择" not in desk.post(address, seen).content.decode()
    assert not Approval.objects.exists()


def test_a_stale_decision_answers_409_and_keeps_the_words(now: datetime) -> None:
    collector, supervisor = factories.make_staff("collector"), factories.make_staff("supervisor")
    request = asked(collector, now)
    assert request.customer is not None
    client = signed_in(supervisor)
    seen = client.get(f"/approvals/{request.id}/").context["form"]["seen_version"].value()
    holds.place(customer_id=request.customer.id, kind="illness", actor=Actor.of(collector), seen_version=None, now=now)
    form = {"verdict": "rejected", "answer": "证明不足", "seen_version": seen}
    answer = client.post(f"/approvals/{request.id}/", form)
    assert answer.status_code == 409
    assert "证明不足" in answer.content.decode()
    assert "停催" in answer.content.decode()
    request.refresh_from_db()
    assert request.state == "pending"


def test_a_decision_without_the_version_seen_is_refused(now: datetime) -> None:
    request = asked(factories.make_staff("collector"), now)
    client = signed_in(factories.make_staff("supervisor"))
    assert client.post(f"/approvals/{request.id}/", {"verdict": "approved"}).status_code == 422
    request.refresh_from_db()
    assert request.state == "pending"


def test_who_neither_asked_nor_decides_sees_nothing(now: datetime) -> None:
    """Another collector of the branch, and a supervisor of another branch, find no such page."""
    request = asked(factories.make_staff("collector"), now)
    outsiders = [
        factories.make_staff("collector"),
        factories.make_staff("supervisor", branch=factories.make_branch("SH")),
    ]
    for staff in outsiders:
        client = signed_in(staff)
        assert client.get(f"/approvals/{request.id}/").status_code == 404
        assert client.post(f"/approvals/{request.id}/", {"verdict": "approved"}).status_code == 404


def test_a_document_that_is_not_what_its_name_says_is_refused(now: datetime) -> None:
    collector = factories.make_staff("collector")
    hold = held(collector, now)
    document = SimpleUploadedFile("slip.pdf", b"MZ\x90", content_type="application/pdf")
    answer = signed_in(collector).post(
        f"/c/{hold.customer.customer_no}/hold/{hold.id}/ask/",
        {"reason": "x", "document": document, "seen_version": hold.customer.version},
    )
    assert answer.status_code == 422
    assert not Approval.objects.exists()


def test_the_inbox_costs_the_same_queries_for_one_and_for_five(now: datetime) -> None:
    collector = factories.make_staff("collector")
    client = signed_in(factories.make_staff("supervisor"))
    asked(collector, now)
    client.get("/approvals/")
    with CaptureQueriesContext(connection) as one:
        client.get("/approvals/")
    for _ in range(4):
        asked(collector, now)
    with CaptureQueriesContext(connection) as five:
        client.get("/approvals/")
    assert len(one) == len(five)


def test_a_decision_that_is_sent_twice_is_written_once(now: datetime) -> None:
    request = asked(factories.make_staff("collector"), now)
    client = signed_in(factories.make_staff("supervisor"))
    page = client.get(f"/approvals/{request.id}/").context["form"]
    form = {name: page[name].value() for name in ("seen_version", "form_key")} | {"verdict": "approved", "answer": ""}
    assert [client.post(f"/approvals/{request.id}/", form).status_code for _ in range(2)] == [303, 303]
    assert Event.objects.filter(kind="approval.decided").count() == 1


def test_the_release_that_is_asked_for_twice_is_asked_once(now: datetime) -> None:
    collector = factories.make_staff("collector")
    hold = held(collector, now)
    client = signed_in(collector)
    address = f"/c/{hold.customer.customer_no}/hold/{hold.id}/ask/"
    page = client.get(address).context["form"]
    form = {name: page[name].value() for name in ("seen_version", "form_key")} | {"reason": "已找到工作"}
    assert [client.post(address, form).status_code for _ in range(2)] == [303, 303]
    assert Approval.objects.count() == 1


def test_a_promise_beyond_the_limits_is_asked_for_and_comes_back_with_words(now: datetime) -> None:
    """The refusal offers to ask; what is returned opens again with what was typed."""
    collector, supervisor = factories.make_staff("collector"), factories.make_staff("supervisor")
    customer, account = factories.make_debtor()
    desk, other = signed_in(collector), signed_in(supervisor)
    address = f"/c/{customer.customer_no}/promise/"
    day = (now.date() + timedelta(days=20)).isoformat()
    form = {"account": account.id, "due_on_1": day, "amount_1": "2000.00", "seen_version": customer.version}
    refused = desk.post(address, form)
    assert refused.status_code == 422
    assert "申请审批" in refused.content.decode() or "提交审批" in refused.content.decode()
    assert desk.post(address, form | {"ask": "1", "reason": "月底发工资"}).status_code == 303
    request = Approval.objects.get()
    page = other.get(f"/approvals/{request.id}/").context["form"]
    answer = {"seen_version": page["seen_version"].value(), "verdict": "returned", "answer": "请分两次"}
    assert other.post(f"/approvals/{request.id}/", answer).status_code == 303
    assert "count" in desk.get("/approvals/badge/").content.decode()
    assert f"again={request.id}" in desk.get(f"/approvals/{request.id}/").content.decode()
    assert "count" in desk.get("/approvals/badge/").content.decode()
    assert desk.post(f"/approvals/{request.id}/", {"read": "1"}).status_code == 303
    assert "count" not in desk.get("/approvals/badge/").content.decode()
    again = desk.get(f"{address}?again={request.id}").content.decode()
    assert "2000.00" in again
    assert "月底发工资" in again


def test_the_other_decider_is_told_on_the_open_page(now: datetime) -> None:
    request = asked(factories.make_staff("collector"), now)
    first, second = signed_in(factories.make_staff("supervisor")), signed_in(factories.make_staff("supervisor"))
    news = f"/approvals/{request.id}/?part=news"
    assert "已批准" not in second.get(news).content.decode()
    page = first.get(f"/approvals/{request.id}/").context["form"]
    first.post(f"/approvals/{request.id}/", {"verdict": "approved", "seen_version": page["seen_version"].value()})
    assert "已批准" in second.get(news).content.decode()
