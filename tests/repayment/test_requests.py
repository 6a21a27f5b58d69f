"""What a customer says further: with papers, at an hour, through somebody else; and what they read of it afterwards."""

from datetime import timedelta

import pytest
import zeal
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from collections_app.domain.handoffs import HandOffState
from collections_app.domain.papers import HEIC, JPEG, PDF, PNG, kind_of, named
from collections_app.models import (
    ClaimSlip,
    ContactPoint,
    Event,
    HandOff,
    HandOffPaper,
    Hold,
    PaymentClaim,
    PowerOfAttorney,
)
from collections_app.services import clock, handoffs, holds, records
from collections_app.services.complaints import powers
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.handing import papers
from repayment.domain.requests import Standing, standing
from tests import factories
from tests.repayment.conftest import Browser, enter, make_debtor

PHOTO = b"\xff\xd8\xff\xe0" + b"photograph " * 20
SCAN = b"%PDF-1.7\n" + b"scan " * 20


def photo(name="病历.jpg", body=PHOTO):
    return SimpleUploadedFile(name, body, content_type="text/html")


def text(visitor, path):
    return visitor.client.get(path).content.decode()


def send(visitor, path, **fields):
    answer = visitor.client.post(f"/r/{path}/", fields)
    assert answer.status_code == 302, answer.content.decode()
    return HandOff.objects.latest("id")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.4 ....", PDF),
        (b"\x89PNG\r\n\x1a\n........", PNG),
        (b"\xff\xd8\xff\xe1....", JPEG),
        (b"\x00\x00\x00\x18ftypheic....", HEIC),
        (b"\x00\x00\x00\x18ftypmp42....", None),
        (b"MZ\x90\x00 a program", None),
        (b"<svg onload=alert(1)>", None),
        (b"", None),
    ],
)
def test_a_paper_is_what_its_content_says(head, kind):
    """Neither name nor stated type is believed."""
    assert kind_of(head) is kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("病历.html", "病历.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\slips\\a.b.exe", "a.b.jpg"),
        (".jpg", "jpg.jpg"),
        ("", "paper.jpg"),
        ("x" * 200, "x" * 70 + ".jpg"),
    ],
)
def test_a_paper_is_named_as_what_it_is(name, kept):
    """No directory, no misleading ending, no endless name."""
    assert named(name, JPEG) == kept


@pytest.mark.parametrize(
    ("state", "answered", "expected"),
    [
        ("open", False, Standing.RECEIVED),
        ("accepted", False, Standing.IN_WORK),
        ("returned", False, Standing.IN_WORK),
        ("contested", True, Standing.IN_WORK),
        ("waiting", True, Standing.NEEDS_YOU),
        ("done", True, Standing.ANSWERED),
        ("done", False, Standing.CLOSED),
        ("withdrawn", True, Standing.CLOSED),
    ],
)
def test_a_request_stands_as_it_matters_to_its_customer(state, answered, expected):
    """Departments passing work about is being worked on."""
    assert standing(state=state, answered=answered) is expected


def test_papers_are_kept_sealed_and_come_back_whole(visitor, now):
    """Under the hand-off, as what they are, once each, and unreadable on disk."""
    fields = {"account": visitor.account.pk, "reason": "illness", "text": "住院"}
    handoff = send(visitor, "plan", papers=[photo(), photo("again.jpg"), photo("报告.pdf", SCAN)], **fields)
    kept = list(handoff.papers.all())
    assert [(paper.name, paper.content_type) for paper in kept] == [
        ("病历.jpg", "image/jpeg"),
        ("报告.pdf", "application/pdf"),
    ]
    with open(storages["sealed"].path(kept[0].stored_as), "rb") as raw:
        assert b"photograph" not in raw.read()
    service = records.Actor.of(factories.make_staff("collector"))
    found, content = papers.open_paper(paper_id=kept[0].pk, actor=service, now=now)
    assert content.read() == PHOTO
    read = Event.objects.get(kind="paper.read")
    assert (read.payload["handoff"], read.payload["kind"], read.actor) == (handoff.pk, "hardship", service.staff)
    with pytest.raises(NotAllowedError):
        papers.open_paper(paper_id=found.pk, actor=records.Actor.of(factories.make_staff("operations")), now=now)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([photo("a.jpg", b"<html>")], "不是 PDF"),
        ([photo("a.pdf", b"MZ\x90\x00")], "不是 PDF"),
        ([photo(f"{number}.jpg", PHOTO + bytes([number])) for number in range(6)], "最多选择 5 个文件"),
        ([photo("big.jpg", PHOTO + b"x" * (10 << 20))], "超过 10 MB"),
    ],
)
def test_what_is_no_paper_is_refused_in_words_and_nothing_is_kept(visitor, files, said):
    """A program in a picture's clothes, too many, too large: the form says which, and asks again."""
    fields = {"account": visitor.account.pk, "reason": "amount", "text": "不对", "papers": files}
    answer = visitor.client.post("/r/dispute/", fields)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not HandOff.objects.exists()
    assert not HandOffPaper.objects.exists()


def test_a_slip_comes_with_the_claim_and_each_look_at_it_is_on_the_record(visitor, now, client):
    """What a customer photographed of their payment, for those who trace it."""
    fields = {"account": visitor.account.pk, "amount": "500", "paid_on": "2026-11-19", "channel": "interbank"}
    page = text(visitor, "/r/paid/")
    version = page[page.index('name="version" value="') :].split('"')[3]
    assert visitor.client.post("/r/paid/", {**fields, "version": version, "slip": photo()}).status_code == 302
    slip = ClaimSlip.objects.get()
    assert slip.content_type == "image/jpeg"
    staff = factories.make_staff("collector", branch=visitor.customer.branch)
    client.force_login(staff)
    opened = client.get(reverse("desk:claim_slip", args=[visitor.customer.customer_no, slip.claim_id, slip.pk]))
    assert opened.content == PHOTO
    assert Event.objects.get(kind="paper.read").actor == staff


def test_what_a_customer_says_of_a_payment_is_kept_in_their_own_words(visitor):
    """Illness, family, fraud: what colleagues may not note of somebody is theirs to say, and the hold is placed."""
    fields = {"account": visitor.account.pk, "amount": "500", "paid_on": "2026-11-19", "channel": "interbank"}
    page = text(visitor, "/r/paid/")
    version = page[page.index('name="version" value="') :].split('"')[3]
    said = "我在住院，家人代还的"
    answer = visitor.client.post("/r/paid/", {**fields, "version": version, "remark": said, "slip": photo()})
    assert answer.status_code == 302
    assert PaymentClaim.objects.get().remark == said
    assert ClaimSlip.objects.exists()
    assert Hold.objects.get().kind == "payment_pending"


@pytest.mark.parametrize(
    ("path", "fields", "kind", "hold"),
    [
        ("dispute", {"reason": "identity", "text": "不是我开的"}, "fraud_claim", "fraud_claim"),
        ("dispute", {"reason": "credit_record", "text": "报错了"}, "credit_objection", None),
        ("dispute", {"reason": "too_old", "text": "五年前"}, "dispute", "dispute"),
        ("mediation", {"way": "telephone", "text": "利息", "consent": "on"}, "mediation_request", None),
        ("my-data", {"wish": "erase", "text": "旧地址"}, "data_rights", None),
        ("wrong-person", {"reason": "person", "text": "同名"}, "fraud_claim", "fraud_claim"),
    ],
)
def test_more_that_a_customer_says_becomes_work_with_its_hold(visitor, path, fields, kind, hold):
    """Each goes to the department it belongs to and is on the customer's list."""
    handoff = send(visitor, path, account=visitor.account.pk, **fields)
    assert handoff.kind == kind
    assert set(Hold.objects.values_list("kind", flat=True)) == ({hold} if hold else set())
    page = text(visitor, "/r/requests/")
    assert fields["text"] in page
    assert "已收到" in page


def test_mediation_does_not_begin_without_consent(visitor):
    """Whoever does not agree is told why nothing begins."""
    fields = {"account": visitor.account.pk, "way": "video", "text": "利息"}
    assert "须经您同意" in visitor.client.post("/r/mediation/", fields).content.decode()
    assert not HandOff.objects.exists()


def test_a_number_that_is_not_the_customers_is_used_by_nobody_from_now_on(visitor):
    """The number chosen is marked at once; another customer's cannot be."""
    point = ContactPoint.objects.get(customer=visitor.customer)
    stranger, _ = make_debtor()
    foreign = ContactPoint.objects.get(customer=stranger)
    fields = {"reason": "number", "text": "换号了"}
    assert visitor.client.post("/r/wrong-person/", {**fields, "number": foreign.pk}).status_code == 400
    assert point.value[-8:-4] not in text(visitor, "/r/wrong-person/")
    send(visitor, "wrong-person", number=point.pk, **fields)
    point.refresh_from_db()
    foreign.refresh_from_db()
    assert (point.quality, foreign.quality == "not_his") == ("not_his", False)


def test_a_call_is_agreed_for_a_full_hour_of_the_branch(visitor, now):
    """Its hour is its deadline; an hour that has passed, or at night, is none; one call is enough."""
    page = text(visitor, "/r/callback/")
    hours = [part.split('"')[0] for part in page.split('<option value="')[1:]]
    assert all("T09:00" <= hour[10:16] <= "T17:00" for hour in hours)
    fields = {"number": "other", "other": "010-8888 7777", "text": "想问利息"}
    handoff = send(visitor, "callback", at=hours[-1], **fields)
    assert handoff.due_at.isoformat()[:13] <= hours[-1][:13]
    assert handoff.kind == "callback"
    assert "010-8888 7777" in handoff.text
    assert visitor.client.post("/r/callback/", {**fields, "at": hours[0]}).status_code == 409
    assert visitor.client.post("/r/callback/", {**fields, "at": "2026-11-21T03:00:00+08:00"}).status_code == 400


def test_several_customers_stop_several_channels_and_a_stop_of_one_class_stays(visitor, now):
    """Each stop is a hold of its own; what closes one class of messages is neither shown as a stop nor lifted."""
    other = enter(*make_debtor(), now)
    with transaction.atomic():
        holds.place_within(
            customer=records.lock(customer_id=visitor.customer.pk, now=now), kind="channel_stop", channel="app",
            message_class="service", actor=records.SYSTEM, now=now,
        )  # fmt: skip
    for each in (visitor, other):
        assert each.client.post("/r/channels/", {"stopped": ["voice", "visit", "sms"]}).status_code == 302
        held = Hold.objects.filter(customer=each.customer, kind="channel_stop", released_at__isnull=True)
        assert set(held.filter(message_class="").values_list("channel", flat=True)) == {"voice", "visit", "sms"}
    visitor.client.post("/r/channels/", {})
    left = Hold.objects.filter(customer=visitor.customer, kind="channel_stop", released_at__isnull=True)
    assert list(left.values_list("channel", "message_class")) == [("app", "service")]


def test_channels_are_stopped_and_allowed_again_by_the_customer(visitor, now):
    """Each by a hold, SMS by the number's permission too; ticking none allows all again, however it was stopped."""
    assert visitor.client.post("/r/channels/", {"stopped": ["voice", "sms"]}).status_code == 302
    held = Hold.objects.filter(kind="channel_stop", released_at=None)
    assert {hold.channel for hold in held} == {"voice", "sms"}
    assert ContactPoint.objects.get(customer=visitor.customer).permission == "no_sms"
    assert text(visitor, "/r/channels/").count("checked") == 2
    visitor.client.post("/r/channels/", {"stopped": ["voice"]})
    assert Hold.objects.filter(kind="channel_stop", released_at=None).count() == 1
    assert ContactPoint.objects.get(customer=visitor.customer).permission == "ok"
    visitor.client.post("/r/channels/", {})
    assert not Hold.objects.filter(kind="channel_stop", released_at=None).exists()
    assert visitor.client.post("/r/channels/", {"stopped": ["letter"]}).status_code == 400


def test_a_representative_named_on_the_page_is_checked_and_then_spoken_with(visitor, now):
    """The document handed in proves it; without one it cannot be proven, and the page says what came of it."""
    fields = {"name": "周律师", "scope": "协商还款", "valid_until": "2027-03-31"}
    handoff = send(visitor, "representative", papers=[photo("委托书.jpg")], **fields)
    power = PowerOfAttorney.objects.get()
    assert (power.handoff, power.paper) == (handoff, HandOffPaper.objects.get())
    legal = records.Actor.of(factories.make_staff("legal", department="legal"))
    powers.check(power_id=power.pk, result="proven", reason="原件无误", actor=legal, seen_version=None, now=now)
    assert Hold.objects.get().kind == "represented"
    page = text(visitor, "/r/requests/")
    assert "授权材料有效" in page
    assert "已答复" in page
    bare = send(visitor, "representative", **fields)
    with pytest.raises(RefusedError, match="power_not_whole"):
        powers.check(power_id=bare.power.pk, result="proven", reason="x", actor=legal, seen_version=None, now=now)


def test_the_customer_reads_what_is_missing_sends_it_and_reads_the_answer(visitor, now):
    """Words between departments stay with them; without words for the customer nothing is done."""
    handoff = send(visitor, "dispute", account=visitor.account.pk, reason="fees", text="利息太高")
    service = records.Actor.of(factories.make_staff("service_agent"))

    def move(state, **words):
        return handoffs.move(
            handoff_id=handoff.pk, state=state, actor=service, seen_version=None, now=clock.now(), **words
        )

    with pytest.raises(RefusedError, match="reply_missing"):
        move(HandOffState.WAITING, text="内部：缺合同")
    move(HandOffState.WAITING, text="内部：缺合同", reply="请补充合同首页照片。")
    page = text(visitor, "/r/requests/")
    assert "请补充合同首页照片。" in page
    assert "待您补充" in page
    assert "内部" not in page
    path = f"/r/requests/{handoff.pk}/papers/"
    assert visitor.client.post(path, {"text": " "}).status_code == 400
    assert visitor.client.post(path, {"papers": [photo("合同.jpg")], "text": "见附件"}).status_code == 302
    handoff.refresh_from_db()
    assert (handoff.state, handoff.waiting_since, handoff.papers.count()) == ("in_work", None, 1)
    with pytest.raises(RefusedError, match="reply_missing"):
        move(HandOffState.DONE)
    move(HandOffState.DONE, reply="利率与合同一致，附计算说明。")
    page = text(visitor, "/r/requests/")
    assert "利率与合同一致" in page
    assert "已答复" in page
    assert visitor.client.post(path, {"text": "还有"}).status_code == 409


def test_another_customers_request_is_not_found(visitor, now):
    """Numbers in addresses are tried out; they show and take nothing."""
    stranger, account = make_debtor()
    with zeal.zeal_ignore():
        other = HandOff.objects.create(
            customer=stranger, kind="dispute", from_department="customer", to_department="service",
            opened_at=now, due_at=now + timedelta(days=3), account=account, text="别人的",
        )  # fmt: skip
    assert "别人的" not in text(visitor, "/r/requests/")
    path = f"/r/requests/{other.pk}/papers/"
    assert visitor.client.get(path).status_code == 404
    assert visitor.client.post(path, {"text": "x"}).status_code == 404


def test_a_complaint_that_is_sent_twice_is_one(visitor):
    """A double click adds nothing; a second complaint in other words is another."""
    fields = {"about": "other", "text": "费用不清楚"}
    send(visitor, "complaint", **fields)
    assert visitor.client.post("/r/complaint/", fields).status_code == 409
    send(visitor, "complaint", about="other", text="还有一件事")
    assert HandOff.objects.count() == 2


def test_the_page_that_looks_by_itself_keeps_nobody_signed_in(visitor, now, monkeypatch):
    """It learns the version, tells no amount, and is refused once the session has idled out; a payment's page too."""
    payment, _ = visitor.pay()
    paying = f"/r/payment/{payment.reference}/state/"
    state = visitor.client.get("/r/account/state/")
    visitor.customer.refresh_from_db()
    assert state.json()["version"] == visitor.customer.version
    assert set(state.json()) == {"version", "read"}
    for minutes in (8, 14):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: now + timedelta(minutes=minutes))
        assert visitor.client.get("/r/account/state/").status_code == 200
        assert visitor.client.get(paying).json() == {"state": "in_flight"}
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=16))
    assert visitor.client.get("/r/account/state/").status_code == 403
    assert visitor.client.get(paying).status_code == 403
    assert Browser().get("/r/account/state/").status_code == 403
