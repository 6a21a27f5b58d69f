"""Words that were wrong or missing: lengths of holds, signs that turn a text round, and what a page says of itself."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from collections_app.domain.access import CODE_SIGNS
from collections_app.models import Customer, Event, Hold, Instalment, IntakeBatch, Staff, Told
from collections_app.models.tokens import name_tokens
from collections_app.selectors import worklists
from collections_app.services import intake, payments, records
from collections_app.services.intake import runs
from collections_app.services.records import Actor
from desk.selectors import find
from desk.selectors.record import Record
from desk.views import event_lines
from desk.views.timeline import Item
from tests import factories
from tests.conftest import NOW
from tests.desk.scenes import address, fresh_data

pytestmark = pytest.mark.django_db
# Right-to-left override: what stands behind it reads backwards.
TURNED = "发票\u202egpj.exe"


@pytest.mark.parametrize(("kind", "days"), [("hardship", 30), ("complaint_conduct", 365)])
def test_a_hold_by_hand_ends_within_what_its_kind_allows(
    browser: Client, record: Customer, now: datetime, kind: str, days: int
) -> None:
    """The year 9998 is a slip of the hand: refused in words, the form kept; the longest is taken."""
    form = {"kind": kind, "seen_version": 1, "ends_at": "9998-01-01T00:00", "text": "客户来电"}
    refused = browser.post(address("hold", record), form)
    assert refused.status_code == 422
    assert f"最长 {days} 天" in refused.content.decode()
    assert "客户来电" in refused.content.decode()
    longest = (now + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
    assert browser.post(address("hold", record), form | {"ends_at": longest}).status_code == 303
    assert Hold.objects.get().kind == kind


def test_signs_that_turn_a_text_round_are_not_kept(browser: Client, record: Customer) -> None:
    """In notes and in the names of files; line breaks and joined pictures stay."""
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    browser.post(address("note", record), {"seen_version": 1, "text": f"一\n{TURNED}\x07{family}"})
    assert Event.objects.get(kind="note.added").text_row.text.split() == ["一", f"发票gpj.exe{family}"]
    batch = intake.register(file_name=TURNED, as_of=factories.TODAY, actor=records.SYSTEM, now=factories.START)
    assert batch.file_name == "发票gpj.exe"


@pytest.mark.parametrize("text", ["\u200b", " \u2060\ufeff ", "\u202e\u202c", "\u3164"[:0] + "\u00ad"])
def test_a_note_of_invisible_signs_alone_is_refused(browser: Client, record: Customer, text: str) -> None:
    assert browser.post(address("note", record), {"seen_version": 1, "text": text}).status_code == 422
    assert not Event.objects.filter(kind="note.added").exists()


def test_a_complaint_is_not_asked_for_an_hour(browser: Client, record: Customer) -> None:
    """Only a callback has one; while no kind is chosen it may."""
    page = address("handoff", record)
    for kind, asked in {"complaint": False, "callback": True, "": True}.items():
        whole = browser.get(f"{page}?kind={kind}").content.decode()
        part = browser.get(reverse("desk:handoff_contents"), {"kind": kind}).content.decode()
        assert ("due_at" in whole, "due_at" in part) == (asked, asked), kind


def test_nothing_overdue_is_said_calmly(browser: Client, record: Customer, now: datetime) -> None:
    fresh_data()
    customer, _account = factories.make_debtor(
        account={"core_overdue_fen": 0, "core_minimum_due_fen": 0, "overdue_since": None}
    )
    page = browser.get(f"/c/{customer.customer_no}/").content.decode()
    assert "permit-calm" in page
    assert "permit-no" not in page


def test_the_history_names_the_kind_of_a_message(browser: Client, record: Customer, now: datetime) -> None:
    records.append(
        customer=record, kind="message.sent", actor=records.SYSTEM, now=now, payload={"kind": "card_due", "message": 1}
    )
    page = browser.get(f"/c/{record.customer_no}/").content.decode()
    assert re.search(r"短信已发.*?timeline-detail\">[^<]*提醒", page, re.DOTALL)


def test_a_day_does_not_break_at_its_hyphen(browser: Client, record: Customer) -> None:
    assert re.search("\\d\\d-\u2060\\d\\d", browser.get(f"/c/{record.customer_no}/").content.decode())


def test_the_signs_a_code_never_has_are_named(client: Client, db: None) -> None:
    missing = [sign for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if sign not in CODE_SIGNS]
    assert "、".join(missing) in client.get(reverse("repayment:entry")).content.decode()


def test_an_instalment_that_was_paid_here_is_not_told_any_more(collector: Staff, db: None, now: datetime) -> None:
    """The core's schedule does not know of the payment yet; what was told of the whole instalment is out of date."""
    customer, loan = factories.make_debtor(account={"product": "loan"})
    due = now.date() + timedelta(days=10)
    Instalment.objects.create(
        account=loan, customer=customer, number=1, due_on=due, principal_fen=100_000, interest_fen=500
    )
    Told.objects.create(
        customer=customer, account=loan, medium="written", amount_name="instalment", amount_fen=100_500,
        pay_by=due, version=customer.version, at=now - timedelta(hours=1),
    )  # fmt: skip

    def verdict() -> list[str]:
        record = Record(Customer.objects.get(id=customer.id), collector, now.date(), now)
        return [item.state for item in record.contradictions]

    assert verdict() == []
    payments.record_received(
        account_id=loan.id, amount_fen=50_000, channel="web", reference="R1", occurred_at=now, now=now
    )
    assert verdict() == ["told_wrong"]


def test_a_card_centre_has_the_accounts_of_its_people_on_its_list(db: None, now: datetime) -> None:
    """Customers of other branches, and no others; the list costs as much for one as for many."""
    centre = factories.make_branch("CC", kind="card_centre")
    people = [factories.make_staff("collector", branch=centre, scope="unit") for _ in range(2)]
    branch = factories.make_branch("BJ")
    mine, theirs = (factories.make_debtor(branch=branch, account={"owner": who})[0] for who in people)
    factories.make_debtor(branch=branch)
    assert set(worklists.open_cases(people[0], now=now)) == {mine, theirs}
    client = Client()
    client.force_login(people[0])
    page = client.get("/").content.decode()
    assert 'data-live-list="all"' in page
    assert mine.customer_no in page


@pytest.mark.parametrize(
    "typed", ["陈晓梅", "陈 晓梅", "ＣＨＥＮＸＩＡＯＭＥＩ", "ｃｘｍ", "Chen Xiaomei", "陈\u200b晓梅"]
)
def test_a_name_is_found_in_whatever_width_it_is_typed(collector: Staff, record: Customer, typed: str) -> None:
    found, _account = factories.make_debtor(name="陈晓梅")
    Customer.objects.filter(id=found.id).update(search_tokens=sorted(name_tokens("陈晓梅")))
    assert found in find.find(staff=collector, text=typed, now=NOW)


def test_a_file_uploaded_twice_by_a_double_click_is_one_batch(
    client: Client, db: None, now: datetime, settings: Any, tmp_path: Path
) -> None:
    """The second answer leads to the first's page; the same file by another form is another batch."""
    sealed = {**settings.STORAGES["sealed"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "sealed": sealed}
    client.force_login(factories.make_staff("operations"))
    key = client.get(reverse("desk:intake")).context["form"]["form_key"].value()
    answers = [
        client.post(
            reverse("desk:intake"),
            {"file": SimpleUploadedFile("nightly.csv", b"a,b\n"), "as_of": "2026-11-19", "form_key": each},
        )
        for each in (key, key, "n" * 24)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert answers[0]["Location"] == answers[1]["Location"] != answers[2]["Location"]
    assert IntakeBatch.objects.count() == 2


def test_the_loser_of_two_uploads_at_the_same_instant_gets_the_first(
    db: None, now: datetime, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either was kept: its file is thrown away again."""
    sealed = {**settings.STORAGES["sealed"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "sealed": sealed}
    actor = Actor.of(factories.make_staff("operations"))

    def send() -> IntakeBatch:
        file = SimpleUploadedFile("nightly.csv", b"a,b\n")
        return intake.receive(file=file, as_of=factories.TODAY, actor=actor, now=now, form_key="k" * 24)

    first = send()
    look, looks = runs._received, iter([None])
    monkeypatch.setattr(runs, "_received", lambda *args: next(looks, None) or (None if not look else look(*args)))
    assert send() == first
    assert IntakeBatch.objects.count() == 1


def test_what_people_typed_is_no_markup_in_the_history(now: datetime) -> None:
    """The lines are put together without a template: each value is escaped by hand, and links say what they correct."""
    typed = "<b>甲</b>"
    item = Item(
        7, now, "service", typed, typed, typed, typed, typed, True, False,
        is_corrected=True, correct_url='/x"y/', recording_url="/z/",
    )  # fmt: skip
    line = event_lines.lines([item])
    assert "<b>" not in line
    assert line.count("&lt;b&gt;甲&lt;/b&gt;") == 6
    assert 'href="/x&quot;y/"' in line
    assert "timeline-item is-new" in line
