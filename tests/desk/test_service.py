"""The record as customer service sees it: who, what they owe, what was done and comes next, told, may be promised."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from collections_app.domain.people import Standing
from collections_app.domain.promises import Part
from collections_app.models import (
    Account,
    AccountParty,
    Approval,
    ClockRule,
    LimitationEvent,
    LimitationSuspension,
    LookUp,
    Staff,
    Told,
)
from collections_app.services import answers, holds, notes, people, promises, reference
from collections_app.services.approval_kinds.waiver import WaiverKind
from collections_app.services.clocks import law, nightly, recording
from collections_app.services.records import Actor
from collections_app.services.waivers import Terms
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client, record: Any, now: datetime) -> Staff:
    """A service agent of the whole bank with the customer on the line."""
    answers.load(now=now)
    law.load()
    staff = factories.make_staff("service_agent")
    LookUp.objects.create(customer=record, staff=staff, purpose="call_in", at=now)
    client.force_login(staff)
    return staff


def _page(client: Client, record: Any, **query: str) -> str:
    return client.get(reverse("desk:record", args=[record.customer_no]), query).content.decode()


def _panel(text: str) -> str:
    found = re.search(r'<section class="card service".*?</section>', text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def _in_english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def test_one_panel_answers_in_this_order(client: Client, agent: Staff, record: Any, now: datetime) -> None:
    """Who, the five amounts with their day, the last act, the next, the last word, what may be promised."""
    _in_english(client)
    collector = factories.make_staff("collector")
    notes.add(customer_id=record.id, text="约下午再谈", actor=Actor.of(collector), seen_version=None, now=now)
    text = _panel(_page(client, record))
    order = ["Who", record.name, "not confirmed yet", "Owes", "3,913.00", "391.30", "3,952.18", "Collections did last",
             "Note", collector.display_name, "Does next", "Was last told", "Nothing about amounts", "May promise now",
             "until", "at least", "rule for", "What they may ask"]  # fmt: skip
    places = [text.find(word) for word in order]
    assert -1 not in places, list(zip(order, places, strict=True))
    assert places == sorted(places)
    assert text.count("How much do I have to pay now?") == 1
    assert "Will anybody press me during mediation?" not in text


def test_a_collector_keeps_the_page_of_a_collector(browser: Client, record: Any) -> None:
    """The panel is customer service's."""
    text = _page(browser, record)
    assert not _panel(text)
    assert 'id="record-amounts"' in text


def test_amounts_of_an_answer_are_dots_until_somebody_is_proven(
    client: Client, agent: Staff, record: Any, now: datetime
) -> None:
    """Then they are words, and reading them out is told, in the page that shows it."""
    _in_english(client)
    text = _panel(_page(client, record))
    assert "the overdue amount was ···· yuan" in text
    assert "Read out" in text  # what names nothing may be read to anybody
    LookUp.objects.create(customer=record, staff=agent, purpose="counter", at=now)
    page = _page(client, record)
    assert "the overdue amount was 3,913.00 yuan on 19 November" in _panel(page)
    address = re.search(r'<details class="service-answer" id="answer-how_much">.*?action="([^"]+)"', page, re.DOTALL)
    assert address is not None
    sent = client.post(address[1], {"seen_version": record.version, "account": record.stage_account_id})
    assert sent.status_code == 303
    assert {row.amount_fen for row in Told.objects.all()} == {391_300, 39_130}
    assert "still holds" in _panel(_page(client, record))


def test_what_may_be_promised_says_why(client: Client, agent: Staff, record: Any, now: datetime) -> None:
    """A pending promise leaves re-dates; nothing overdue leaves nothing."""
    _in_english(client)
    parts = [Part(now.date() + timedelta(days=2), 100_000)]
    promises.take(
        customer_id=record.id, account_id=record.stage_account_id, parts=parts, actor=Actor.of(agent),
        seen_version=None, now=now,
    )  # fmt: skip
    assert "a promise is pending: it may be re-dated 2 more times" in _panel(_page(client, record))
    holds.place(customer_id=record.id, kind="bankruptcy", actor=Actor.of(agent), seen_version=None, now=now)
    assert "No promise can be taken on this record now." in _panel(_page(client, record))
    Account.objects.filter(customer=record).update(overdue_fen=0)
    assert "May promise now Nothing is overdue." in _panel(_page(client, record))


def test_the_page_keeps_its_budget_of_queries(
    client: Client, agent: Staff, record: Any, now: datetime, django_assert_max_num_queries: Any
) -> None:
    """However many accounts, people, guarantees and answers."""
    reference.load_promise_rules()
    common: dict[str, Any] = {"actor": Actor.of(factories.make_staff("legal")), "seen_version": None, "now": now}
    for number in range(5):
        account = factories.make_account(record, overdue_fen=100, payoff_fen=100)
        person = people.record(
            customer_id=record.id, name=f"王{number}", relation="unknown", provenance="on_file",
            standing=Standing("guarantor", "合同", None, None), **common,
        )  # fmt: skip
        recording.guarantee(person_id=person.id, account_id=account.id, kind="joint", evidence="合同", **common)
    nightly.wind(now=now)
    address = reverse("desk:record", args=[record.customer_no])
    client.get(address)
    with django_assert_max_num_queries(75):
        assert client.get(address).status_code == 200
    with django_assert_max_num_queries(50):
        assert client.get(reverse("desk:record_part", args=[record.customer_no, "main"])).status_code == 200


def test_the_record_shows_its_clocks_and_unknown_as_unknown(
    client: Client, agent: Staff, record: Any, now: datetime
) -> None:
    """The last interruption with its day, article and evidence; who may, records and revokes."""
    _in_english(client)
    assert "limitation unknown" in _page(client, record)
    nightly.wind(now=now)
    page = _page(client, record)
    assert "no interruption is on record" in page
    assert "Record an interruption" not in page
    legal = factories.make_staff("legal", scope="branch", branch=record.branch)
    client.force_login(legal)
    _in_english(client)
    typed = {
        "account": str(record.stage_account_id), "kind": "signed_demand", "on": now.date().isoformat(),
        "evidence": "催收单 2026-88 本人签字", "seen_version": str(record.version),
    }  # fmt: skip
    assert client.post(reverse("desk:interrupt", args=[record.customer_no]), typed).status_code == 303
    page = _page(client, record)
    for words in ("Signed demand", "诉讼时效规定 19", "催收单 2026-88 本人签字", legal.display_name, "Revoke"):
        assert words in page, words
    row = LimitationEvent.objects.get()
    assert (
        "催收单" in client.get(reverse("desk:interruption_revoke", args=[record.customer_no, row.id])).content.decode()
    )


def test_the_record_shows_what_suspends_limitation_and_whether_it_counts(
    client: Client, agent: Staff, record: Any, now: datetime
) -> None:
    """Everybody reads it; legal records it and its end; it is said to count only once the law is verified."""
    _in_english(client)
    assert "Record a suspension" not in _page(client, record)
    client.force_login(factories.make_staff("legal", scope="branch", branch=record.branch))
    _in_english(client)
    typed = {
        "account": str(record.stage_account_id), "kind": "force_majeure", "since": now.date().isoformat(),
        "gone_on": "", "evidence": "政府公告 2026-7", "seen_version": str(record.version),
    }  # fmt: skip
    assert client.post(reverse("desk:suspend", args=[record.customer_no]), typed).status_code == 303
    page = _page(client, record)
    for words in ("suspended since", "Force majeure", "政府公告 2026-7", "not counted", "Obstacle gone"):
        assert words in page, words
    ClockRule.objects.filter(code="CN-LIM-194").update(verified=True)
    record.refresh_from_db()
    row = LimitationSuspension.objects.get()
    ended = {"gone_on": now.date().isoformat(), "evidence": "公告解除", "seen_version": str(record.version)}
    address = reverse("desk:suspension_gone", args=[record.customer_no, row.pk])
    assert client.post(address, ended).status_code == 303
    page = _page(client, record)
    assert "ends six months after the obstacle at the earliest" in page
    assert "Obstacle gone" not in page


def test_a_guarantor_of_whom_nothing_is_known_is_unknown(client: Client, agent: Staff, record: Any) -> None:
    """Whether on record as a person or as a party in the core: nobody takes it for over, or for far."""
    _in_english(client)
    assert "guarantee period unknown" not in _page(client, record)
    account = Account.objects.get(customer=record)
    AccountParty.objects.create(account=account, customer=factories.make_customer(name="钱担保"), role="guarantor")
    text = _page(client, record)
    assert "钱担保" in text
    assert "guarantee period unknown" in text


def test_a_death_is_said_in_the_words_of_the_law(client: Client, agent: Staff, record: Any, now: datetime) -> None:
    """Heirs owe no more than the estate; nobody is told to pay in the customer's place."""
    page = client.get(reverse("desk:estate", args=[record.customer_no])).content.decode()
    assert "1161" in page
    sent = client.post(
        reverse("desk:estate", args=[record.customer_no]),
        {"died_on": "2026-11-01", "seen_version": str(record.version), "contact": ""},
    )
    assert sent.status_code == 303
    page = _page(client, record)
    assert 'id="record-estate"' in page
    assert "您要替他还" not in page
    _in_english(client)
    assert "A relative asks: do I have to pay this?" in _panel(_page(client, record))


def test_who_may_writes_another_answer_and_nobody_else(client: Client, agent: Staff, now: datetime) -> None:
    """The list shows what is in use; a new wording goes to the one inbox."""
    assert client.get(reverse("desk:answers")).status_code == 200
    assert client.get(reverse("desk:answer", args=["how_much"])).status_code == 403
    client.force_login(factories.make_staff("compliance"))
    page = client.get(reverse("desk:answer", args=["how_much"]))
    assert page.status_code == 200
    typed = {
        "code": "how_much", "question_zh": "多少？", "question_en": "How much?", "answer_zh": "{overdue}元",
        "answer_en": "{overdue} yuan", "valid_from": "2026-11-20", "reason": "更短",
    }  # fmt: skip
    assert client.post(reverse("desk:answer", args=["how_much"]), typed).status_code == 303
    wrong = client.post(reverse("desk:answer", args=["new"]), typed | {"code": "x", "answer_en": "{love}"})
    assert wrong.status_code == 422
    assert client.get(reverse("desk:answer", args=["nothing"])).status_code == 404


GUARANTOR = {"name": "李四", "role": "guarantor", "provenance": "on_file", "relation": "unknown"}
NUMBER = {"kind": "mobile", "value": "12", "whose": "self", "provenance": "on_file", "quality": "unknown"}


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [("desk:person", GUARANTOR, "document"), ("desk:point", NUMBER, "no number")],
)
def test_a_form_of_people_says_what_is_missing(
    client: Client, agent: Staff, record: Any, name: str, typed: dict[str, str], words: str
) -> None:
    """And keeps what was typed."""
    _in_english(client)
    answer = client.post(reverse(name, args=[record.customer_no]), {**typed, "seen_version": str(record.version)})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_risk_class_of_an_account_stands_where_it_is_decided_on(client: Client, record: Any, now: datetime) -> None:
    """As the core's file had it, with its day, in the reader's words; a waiver is decided with it in sight."""
    account = record.accounts.get()
    Account.objects.filter(pk=account.pk).update(risk_class="class_3", written_off=True, interest_fen=50_000)
    client.force_login(factories.make_staff("collector"))
    address = reverse("desk:record_part", args=[record.customer_no, "accounts"])
    assert "次级 · 已核销" in re.sub(r"\s+", " ", client.get(address).content.decode())
    _in_english(client)
    assert "Substandard · written off" in re.sub(r"\s+", " ", client.get(address).content.decode())
    asked = Approval(account_id=account.pk, customer=record, asked_by=factories.make_staff("collector"), asked_at=now)
    asked.payload = Terms({"interest": 50_000}).as_json()
    with translation.override("zh-hans"):
        assert ("五级分类", "次级，依据 11月19日的核心文件 · 已核销") in {
            (line.label, line.value) for line in WaiverKind().describe(asked)
        }
