"""What the call panel shows and takes: numbers with their permits, scripts by party, money on its way, corrections."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from collections_app.domain.promises import Part
from collections_app.models import (
    Account,
    AccountParty,
    Approval,
    Arrangement,
    ClaimSlip,
    ContactPoint,
    Conversation,
    Correction,
    Customer,
    Entry,
    Event,
    Recording,
    Staff,
    Waiver,
)
from collections_app.services import authorities, calls, derivation, holds, note_words, promises, records
from collections_app.services.records import Actor
from notifications.models import Dial, DialReport
from tests import factories
from tests.desk.scenes import address

pytestmark = pytest.mark.django_db
REASON = {"overdue_reason": "unwilling"}
HASH = "ab" * 32
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 16


def on_the_line(record: Customer, staff: Staff, now: datetime, *, proven: bool = True, **point: Any) -> Conversation:
    """A call of this person to a number of the record that is so."""
    number = record.contact_points.get()
    for name, value in point.items():
        setattr(number, name, value)
    number.save()
    call = calls.start(
        customer_id=record.id, contact_point_id=number.id, actor=Actor.of(staff), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    if proven:
        facts = ["birth_date", "card_tail"]
        calls.verify(conversation_id=call.id, result="verified", facts=facts, actor=Actor.of(staff), now=now)
    return call


def panel(browser: Client, record: Customer, call: Conversation) -> str:
    return browser.get(address("call", record, call.id)).content.decode()


def test_every_number_stands_with_whose_it_is_and_its_own_permit(browser: Client, record: Customer) -> None:
    """A relative is no party: refused with the reason, while the customer's own may be called."""
    factories.make_mobile(record, relation="relative", provenance="contact_given", quality="unknown")
    page = browser.get(address("call_start", record)).content.decode()
    own, relative = page.split('class="number"')[1:]
    assert all(words in own for words in ("本人", "手机", "预留", "已核实", "核实日期不详", "现在可以联系", " checked"))
    assert all(words in relative for words in ("亲友同事", "他人提供", "未核实", "仅在客户失联"))
    assert " checked" not in relative


@pytest.mark.parametrize(
    ("relation", "proven", "script", "amount"),
    [
        ("self", True, "debtor", True),
        ("self", False, "debtor", False),
        ("guarantor", True, "guarantor", False),
        ("co_borrower", False, "guarantor", False),
        ("relative", False, "third", False),
        ("heir", False, "party", False),
    ],
)
def test_each_party_has_its_own_script(
    browser: Client,
    record: Customer,
    collector: Staff,
    now: datetime,
    relation: str,
    proven: bool,
    script: str,
    amount: bool,
) -> None:
    """No amount before identity fits, none ever to a third party, nor to who stands for nothing on record."""
    call = on_the_line(record, collector, now, proven=proven, relation=relation)
    page = panel(browser, record, call)
    assert f'data-script="{script}"' in page
    assert ("3,913.00" in page) is amount


def test_a_party_hears_of_the_debts_that_concern_them_and_of_no_other(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """In words of their own: a guarantor, a proven heir, who pays with the debtor's consent, the household spouse."""
    other = factories.make_account(record, core_overdue_fen=88_800, product="loan")
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=record.id, now=now), now=now)
    number = record.contact_points.get()
    call = on_the_line(record, collector, now)
    cases = (
        ("guarantor", "guarantor", other, "您为尾号", ""),
        ("heir", "heir", None, "以继承所得为限", "可承诺至"),
        ("volunteer", "volunteer", other, "自愿", ""),
        ("household", "spouse", other, "共同债务", ""),
        ("representative", "agent", None, "授权范围", ""),
    )
    for role, relation, account, words, never in cases:
        person = factories.make_person(
            record, role, account=account, relation=relation, document="文件", until=now.date(), consent_on=now.date()
        )
        ContactPoint.objects.filter(id=number.id).update(person=person, relation=relation)
        page = panel(browser, record, call).partition('id="script-title"')[2].partition("</section>")[0]
        assert words in page, role
        assert "888.00" in page, role
        assert ("3,913.00" in page) is (account is None), role
        assert "您的" not in page, role
        assert not never or never not in page, role
        Conversation.objects.filter(id=call.id).update(verification="failed")
        assert "888.00" not in panel(browser, record, call), role
        Conversation.objects.filter(id=call.id).update(verification="verified")


def test_a_guarantor_who_is_a_customer_too_is_known_by_their_number(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """They hear of the account they stand for with the bank, although nobody has written them down here."""
    other = factories.make_account(record, core_overdue_fen=88_800, product="loan")
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=record.id, now=now), now=now)
    surety = factories.make_customer()
    AccountParty.objects.create(account=other, customer=surety, role="guarantor")
    token = surety.contact_points.get().value_token
    call = on_the_line(record, collector, now, relation="guarantor", value_token=token)
    page = panel(browser, record, call)
    assert "888.00" in page
    assert "3,913.00" not in page


def test_a_third_party_who_answers_hears_of_no_debt(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """Whatever number was called: once the check says third party, the script is theirs and offers one refusal."""
    call = on_the_line(record, collector, now, proven=False)
    calls.verify(conversation_id=call.id, result="third_party", facts=[], actor=Actor.of(collector), now=now)
    page = panel(browser, record, call)
    assert 'data-script="third"' in page
    assert "拒绝一次" in page
    assert "3,913.00" not in page


def test_what_may_be_promised_or_why_nothing_stands_on_the_panel(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    call = on_the_line(record, collector, now)
    assert "可承诺至" in panel(browser, record, call)
    promises.take(
        customer_id=record.id, account_id=record.stage_account_id or 0, parts=[Part(now.date(), 200_000)],
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    page = panel(browser, record, call)
    assert "可承诺至" not in page
    assert "改期" in page


def test_money_on_its_way_is_named_so_and_not_asked_for(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    Entry.objects.create(
        customer=record, account_id=record.stage_account_id, kind="payment", state="in_flight", amount_fen=120_000,
        channel="app", reference="P-1", occurred_at=now, recorded_at=now,
    )  # fmt: skip
    call = on_the_line(record, collector, now)
    assert "1,200.00 元在途" in panel(browser, record, call)
    Entry.objects.update(state="unidentified")
    page = panel(browser, record, call)
    assert "1,200.00 元在途" not in page
    assert "运营正在核实用途" in page
    shown = browser.get(f"/c/{record.customer_no}/").content.decode()
    assert "到账金额与发起金额不符" in shown


def test_the_panel_takes_marker_reason_three_parts_and_recording(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    call = on_the_line(record, collector, now)
    days = {f"promise_on{mark}": (now + timedelta(days=n)).date() for n, mark in enumerate(("", "_2", "_3"))}
    amounts = {f"promise_amount{mark}": "500.00" for mark in ("", "_2", "_3")}
    typed = {
        "seen_version": 1, "party": "self", "outcome": "self_promise", "marker": "anxious", "recording_ref": "R-9",
        "recording_hash": HASH, "overdue_reason": "cash_flow", **days, **amounts,
    }  # fmt: skip
    response = browser.post(address("call", record, call.id), typed)
    assert response.status_code == 303, response.content.decode()[:2000]
    call.refresh_from_db()
    assert (call.marker, call.overdue_reason) == ("anxious", "cash_flow")
    assert call.promises.get().parts.count() == 3
    assert Recording.objects.get().call_id == "R-9"


def test_a_part_of_a_promise_without_its_amount_is_told(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    call = on_the_line(record, collector, now)
    typed = {"seen_version": 1, "party": "self", "outcome": "self_promise", "promise_on": now.date()}
    assert browser.post(address("call", record, call.id), typed).status_code == 422
    assert Conversation.objects.get().ended_at is None


def test_a_claim_keeps_its_slip_sealed(browser: Client, record: Customer, client: Client, now: datetime) -> None:
    """With the time; who sees the record opens it, a colleague of another branch finds nothing."""
    typed = {
        "seen_version": 1, "account": record.stage_account_id, "amount": "500.00", "channel": "counter",
        "paid_on": (now - timedelta(days=1)).date(), "paid_time": "16:20", "remark": "",
        "slip": SimpleUploadedFile("回单.png", PNG, "image/png"),
    }  # fmt: skip
    assert browser.post(address("claim", record), typed).status_code == 303
    slip = ClaimSlip.objects.select_related("claim").get()
    assert slip.claim.paid_time is not None
    assert slip.claim.paid_time.hour == 16
    url = address("claim_slip", record, slip.claim_id, slip.id)
    shown = browser.get(url)
    assert shown.content == PNG
    assert shown["Cache-Control"] == "no-store"
    assert "回单.png" in browser.get(address("record", record)).content.decode()
    client.force_login(factories.make_staff("collector", branch=factories.make_branch("SH")))
    assert client.get(url).status_code == 404


def test_a_wrong_call_is_corrected_from_the_history(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """The entry leads to the form; afterwards both stand there, the wrong one marked."""
    call = on_the_line(record, collector, now)
    closing = {"seen_version": 1, "party": "self", "outcome": "self_refuse", **REASON}
    assert browser.post(address("call", record, call.id), closing).status_code == 303
    url = address("call_correct", record, call.id)
    assert url in browser.get(address("record", record)).content.decode()
    record.refresh_from_db()
    right = {"seen_version": record.version, "party": "nobody", "outcome": "busy", "reason": "选错了结果"}
    assert browser.post(url, right).status_code == 303
    assert Correction.objects.get().reason == "选错了结果"
    page = browser.get(address("record", record)).content.decode()
    assert "已更正" in page
    assert "选错了结果" in page


def test_a_wrong_hold_is_corrected_from_the_history(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    hold = holds.place(customer_id=record.id, kind="illness", actor=Actor.of(collector), seen_version=None, now=now)
    typed = {"seen_version": 2, "kind": "hardship", "reason": "听错了"}
    assert browser.post(address("hold_correct", record, hold.id), typed).status_code == 303
    hold.refresh_from_db()
    assert hold.release_reason == "correction"


def test_a_waiver_beyond_ones_authority_lands_in_the_inbox(
    browser: Client, client: Client, record: Customer, collector: Staff
) -> None:
    """The form says so, and who decides reads the components and the limits it goes beyond."""
    authorities.load()
    Account.objects.update(fees_fen=40_000)
    url = address("waiver", record)
    typed = {
        "seen_version": 1, "account": record.stage_account_id, "component_1": "late_fee", "timing": "now",
        "reason": "愿一次性结清",
    }  # fmt: skip
    assert browser.post(url, typed | {"amount_1": "100.00"}).status_code == 303
    assert Waiver.objects.get().amount_fen == 10_000
    record.refresh_from_db()
    assert browser.post(url, typed | {"amount_1": "250.00", "seen_version": record.version}).status_code == 303
    request = Approval.objects.get()
    client.force_login(factories.make_staff("supervisor"))
    page = client.get(f"/approvals/{request.id}/").content.decode()
    assert "违约金" in page
    assert "超过单笔限额" in page


def test_an_oral_plan_is_refused_in_words_without_a_recording(client: Client, record: Customer, now: datetime) -> None:
    authorities.load()
    staff = factories.make_staff("negotiator", branch=record.branch)
    client.force_login(staff)
    typed = {
        "seen_version": 1, "account": record.stage_account_id, "number": "3", "total": "3000.00", "grace_days": "3",
        "first_on": (now + timedelta(days=5)).date(), "reason": "收入下降",
    }  # fmt: skip
    refused = client.post(address("plan", record), typed)
    assert refused.status_code == 422
    assert "录音" in refused.content.decode()
    assert client.post(address("plan", record), typed | {"written": "on"}).status_code == 303
    plan = Arrangement.objects.get()
    assert [line.amount_fen for line in plan.instalments.all()] == [100_000] * 3


def test_a_note_with_abuse_comes_back_with_the_words(browser: Client, record: Customer) -> None:
    """Nothing typed is lost; mended it is saved."""
    note_words.load()
    response = browser.post(address("note", record), {"seen_version": 1, "text": "这个老赖拒接"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "老赖" in page
    assert "这个老赖拒接" in page
    assert browser.post(address("note", record), {"seen_version": 1, "text": "多次拒接"}).status_code == 303
    assert Event.objects.get().kind == "note.added"


def test_a_recording_is_stated_after_the_call(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    call = on_the_line(record, collector, now)
    browser.post(
        address("call", record, call.id),
        {"seen_version": 1, "party": "self", "outcome": "self_refuse", **REASON},
    )
    url = address("call_recording", record, call.id)
    assert browser.post(url, {"seen_version": 1, "call_id": "R-1", "sha256": "x"}).status_code == 422
    assert browser.post(url, {"seen_version": 1, "call_id": "R-1", "sha256": HASH}).status_code == 303
    assert Recording.objects.get().kept_until.year == now.year + 2


def test_a_call_that_reached_nobody_is_closed_with_what_the_provider_said(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """The outcome is chosen already, and the provider's name stands for the recording; the collector confirms it."""
    call = on_the_line(record, collector, now, proven=False)
    dial = Dial.objects.create(
        customer=record, conversation=call, staff=collector, attempt=uuid4(), number="+85255501234", state="unreached",
        provider="twilio_voice", provider_id="CA1", begun_at=now, moved_at=now,
    )  # fmt: skip
    DialReport.objects.create(
        dial=dial, provider="twilio_voice", provider_id="CA1", report="customer:busy", applied=True, received_at=now
    )
    page = panel(browser, record, call)
    assert re.search(r'value="busy"[^>]* checked', page)
    assert 'value="CA1"' in page
