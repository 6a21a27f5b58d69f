"""An evidence pack holds every contact, text, rule, recording and hold, says on each page who asked, and is watched."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import translation

from collections_app.domain.calls import Closing
from collections_app.models import (
    Conversation,
    Event,
    EvidencePack,
    HandOffPaper,
    HandOffReply,
    Hold,
    Recording,
    Staff,
)
from collections_app.services import calls, handoffs, holds, records, typesetting
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.evidence import facts, packs
from collections_app.services.evidence.requests import requests
from collections_app.services.evidence.sections import Asked
from collections_app.services.records import Actor
from collections_app.tasks.evidence import make_pack, make_waiting
from tests import factories, seeds
from tests.collections_app.conftest import Debtor
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_n_plus_one() -> None:
    """A pack reads each table once."""


@pytest.fixture
@remembered
def boss(db: None, now: datetime) -> Staff:
    seeds.rule_packs(now=now)
    seeds.calendars(now=now)
    return factories.make_staff("supervisor")


def ask(debtor: Debtor, by: Staff, now: datetime, **values: Any) -> EvidencePack:
    plain: dict[str, Any] = {
        "customer_id": debtor.customer.id, "reason": "投诉核查", "actor": Actor.of(by), "seen_version": None, "now": now
    }  # fmt: skip
    return packs.ask(**(plain | values))


def talk(debtor: Debtor, by: Staff, now: datetime) -> None:
    call = calls.start(
        customer_id=debtor.customer.id, contact_point_id=None, actor=Actor.of(by), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    closing = Closing(party="nobody", outcome="no_answer", text="铃响后挂断", recording_ref="REC-20261120-17")
    calls.close(conversation_id=call.id, closing=closing, actor=Actor.of(by), now=now)


def test_a_pack_is_made_in_the_background_and_names_who_asked(
    debtor: Debtor, boss: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recording, the rule, the words and the watermark are in it; the second making does nothing."""
    talk(debtor, boss, now)
    pack = ask(debtor, boss, now)
    said: dict[str, Any] = {}
    real = typesetting.pdf

    def listen(**values: Any) -> bytes:
        said.update(values["data"])
        return real(**values)

    monkeypatch.setattr("collections_app.services.typesetting.pdf", listen)
    make_pack(pack.id)
    pack.refresh_from_db()
    assert (pack.state, pack.contacts, pack.made_at) == ("ready", 1, now)
    text = str(said)
    for word in ("REC-20261120-17", "铃响后挂断", "HOUSE INBOUND", boss.employee_no, "投诉核查"):
        assert word in text
    assert boss.name in said["watermark"]
    found, content = packs.open_pack(pack_id=pack.id, actor=Actor.of(boss), now=now)
    assert content.read().startswith(b"%PDF-")
    kinds = list(Event.objects.filter(kind__startswith="evidence.").order_by("id").values_list("kind", flat=True))
    assert kinds == ["evidence.asked", "evidence.made", "evidence.read"]
    assert make_waiting() == 0
    assert found.sha256 == pack.sha256


def test_what_the_customer_handed_in_is_listed_with_its_fingerprint(debtor: Debtor, boss: Staff, now: datetime) -> None:
    """The request, the paper and the answer, each at its moment; work between departments is none of it."""
    with transaction.atomic():
        asked_for = handoffs.open_within(
            customer=records.lock(customer_id=debtor.customer.id, now=now), kind="hardship", actor=records.CUSTOMER,
            now=now, text="失业",
        )  # fmt: skip
    work = handoffs.open_(
        customer_id=debtor.customer.id, kind="callback", actor=Actor.of(boss), seen_version=None, now=now,
        carries={"number": "登记手机", "window": "今日"}, due_at=now + timedelta(hours=2),
    )  # fmt: skip
    HandOffPaper.objects.create(
        customer=debtor.customer, handoff=asked_for, name="工资单.pdf", content_type="application/pdf", size=9,
        sha256="ab" * 32, stored_as="x", added_at=now + timedelta(minutes=1),
    )  # fmt: skip
    HandOffReply.objects.create(
        customer=debtor.customer, handoff=asked_for, state="done", text="已受理", said_at=now + timedelta(minutes=2)
    )
    asked = Asked(debtor.customer, None, ZoneInfo("Asia/Shanghai"))
    rows = requests(asked).rows
    assert [(row[3], row[4]) for row in rows] == [("失业", ""), ("工资单.pdf", "ab" * 32), ("答复：已受理", "")]
    assert str(work.pk) not in {row[0] for row in rows}
    assert requests(replace(asked, since=now + timedelta(days=1))).rows == []


def test_from_a_day_on_shows_nothing_older(debtor: Debtor, boss: Staff, now: datetime) -> None:
    talk(debtor, boss, now)
    pack = ask(debtor, boss, now, since=date(2026, 11, 21))
    assert make_waiting() == 1
    pack.refresh_from_db()
    assert (pack.state, pack.contacts) == ("ready", 0)


def test_a_pack_that_cannot_be_made_is_tried_again_and_then_stays_failed(
    debtor: Debtor, boss: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies loses its lease; the third failure is there for all to see."""
    pack = ask(debtor, boss, now)

    def broken(**values: Any) -> bytes:
        raise typesetting.SettingError("pack")

    monkeypatch.setattr("collections_app.services.typesetting.pdf", broken)
    for attempt in range(1, 5):
        assert not packs.make(pack_id=pack.id, now=now + timedelta(minutes=10 * attempt))
    pack.refresh_from_db()
    assert (pack.state, pack.attempts) == ("failed", 3)
    with pytest.raises(RefusedError):
        packs.open_pack(pack_id=pack.id, actor=Actor.of(boss), now=now)


def test_only_some_may_have_one_and_nobody_without_a_reason(
    debtor: Debtor, boss: Staff, collector: Staff, now: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        ask(debtor, collector, now)
    with pytest.raises(RefusedError):
        ask(debtor, boss, now, reason=" ")
    pack = ask(debtor, boss, now)
    with pytest.raises(NotAllowedError):
        packs.open_pack(pack_id=pack.id, actor=Actor.of(collector), now=now)


def test_what_people_typed_is_set_as_it_stands() -> None:
    """No text of a customer is an instruction to the type setter."""
    data = {
        "title": "#panic()", "bank": "a", "unit": "b", "reference": "c", "day": "d", "facts": [["*a*", "$x$"]],
        "paragraphs": ["#sys.inputs", "<script>"], "notes": [],
    }  # fmt: skip
    for language in ("zh-hans", "en"):
        assert typesetting.pdf(template="letter", language=language, data=data).startswith(b"%PDF-")


def test_every_recording_is_in_it_however_it_became_known_and_holds_speak_words(
    debtor: Debtor, boss: Staff, now: datetime
) -> None:
    """Stated after the call, or by a machine; whom a hold came with and how it ended is no code."""
    talk(debtor, boss, now)
    call = Conversation.objects.get(customer=debtor.customer)
    Recording.objects.create(
        customer=debtor.customer, conversation=call, call_id="CALL-9", sha256="cd" * 32, kept_until=date(2031, 11, 20),
        stated_at=now,
    )  # fmt: skip
    hold = holds.place(
        customer_id=debtor.customer.id, kind="dispute", actor=Actor.of(boss), seen_version=None, now=now,
        account_id=debtor.account.id,
    )  # fmt: skip
    holds.release(hold_id=hold.id, reason="已核对", actor=Actor.of(boss), seen_version=None, now=now)
    Hold.objects.create(
        customer=debtor.customer, kind="channel_stop", channel="sms", source="contact:17", placed_at=now,
        released_at=now, release_reason="approval:8",
    )  # fmt: skip
    asked = Asked(debtor.customer, None, ZoneInfo("Asia/Shanghai"))
    with translation.override("zh-hans"):
        [contact] = facts.contacts(asked).rows
        rows = {(row[3].split(" · ")[-1], row[4]) for row in facts.holds(asked).rows}
    assert contact[-1].split("\n") == ["REC-20261120-17", "CALL-9 · 保存至 2031-11-20", f"SHA-256 {'cd' * 32}"]
    assert rows == {("人工解除", "人工设置"), ("审批 8", "机器外呼 17")}
