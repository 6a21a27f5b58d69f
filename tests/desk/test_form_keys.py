"""A form that is sent twice writes once, and leads to where the first sending went."""

import re
import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from collections_app.models import Conversation, Customer, Event, FormKey, HandOff, Staff
from collections_app.services import form_keys
from tests.desk.scenes import address

REASON = {"overdue_reason": "unwilling"}
KEY = "k" * 24


@pytest.mark.parametrize("name", ["note", "promise", "claim", "hold", "handoff", "call_start"])
def test_every_form_carries_a_key_of_its_own(browser: Client, record: Customer, name: str) -> None:
    """The page and its fragment, and each opening another key."""
    found = set()
    for headers in ({}, {"HX-Request": "true"}):
        page = browser.get(address(name, record), headers=headers).content.decode()
        match = re.search(r'name="form_key" value="([^"]+)"', page)
        assert match
        assert form_keys.is_key(match[1])
        found.add(match[1])
    assert len(found) == 2


def test_a_note_sent_twice_is_stored_once(browser: Client, record: Customer) -> None:
    """The second sending is answered like the first."""
    typed = {"seen_version": 1, "text": "客户已搬家", "form_key": KEY}
    first, again = (browser.post(address("note", record), typed) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first["Location"] == again["Location"] == address("record", record)
    assert Event.objects.count() == 1
    assert f"onecase_saved_{KEY}" in again.cookies
    swapped = browser.post(address("note", record), typed, headers={"HX-Request": "true"})
    assert swapped["HX-Redirect"] == address("record", record)
    assert Event.objects.count() == 1


def test_two_forms_with_the_same_text_are_two_notes(browser: Client, record: Customer) -> None:
    for key in (KEY, "m" * 24, ""):
        browser.post(address("note", record), {"seen_version": 1, "text": "未接", "form_key": key})
    assert Event.objects.filter(kind="note.added").count() == 3


def test_a_form_sent_again_with_other_content_asks_first(browser: Client, record: Customer) -> None:
    """The answer was lost and the text went on: it is not thrown away, and not stored unasked."""
    browser.post(address("note", record), {"seen_version": 1, "text": "客户已搬家", "form_key": KEY})
    response = browser.post(address("note", record), {"seen_version": 1, "text": "客户已搬家到天津", "form_key": KEY})
    page = response.content.decode()
    assert response.status_code == 409
    assert "客户已搬家到天津" in page
    assert KEY not in page
    assert Event.objects.filter(kind="note.added").count() == 1


def test_a_refused_form_keeps_its_key(browser: Client, record: Customer) -> None:
    """What was refused has written nothing; the mended form writes under the same key."""
    refused = browser.post(address("note", record), {"seen_version": 1, "text": "", "form_key": KEY})
    assert refused.status_code == 422
    assert f'value="{KEY}"' in refused.content.decode()
    assert not FormKey.objects.exists()
    assert browser.post(address("note", record), {"seen_version": 1, "text": "好", "form_key": KEY}).status_code == 303
    assert FormKey.objects.get().event.kind == "note.added"


def test_a_call_started_twice_leads_to_its_panel(browser: Client, record: Customer, now: datetime) -> None:
    typed = {"seen_version": 1, "contact_point": record.contact_points.get().id, "form_key": KEY}
    first, again = (browser.post(address("call_start", record), typed) for _ in range(2))
    assert first["Location"] == again["Location"] == address("call", record, Conversation.objects.get().id)


def test_a_call_closed_and_a_check_recorded_twice_stand_once(browser: Client, record: Customer, now: datetime) -> None:
    """The panel is gone after the first; the second goes where the first went all the same."""
    panel = browser.post(address("call_start", record), {"seen_version": 1, "inbound": "on"})["Location"]
    check = {"result": "verified", "facts": ["birth_date", "address"], "form_key": "c" * 24}
    for _ in range(2):
        assert browser.post(f"{panel}verify/", check).status_code == 303
    closing = {
        "seen_version": 1,
        "party": "self",
        "outcome": "self_refuse",
        "overdue_reason": "unwilling",
        "text": "拒绝",
        "form_key": KEY,
    }
    for _ in range(2):
        assert browser.post(panel, closing)["Location"] == address("record", record)
    assert Event.objects.filter(kind="conversation.verified").count() == 1
    assert Event.objects.filter(kind="conversation.closed").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["note", "handoff"])
def test_of_two_sendings_at_the_same_instant_one_writes(
    record: Customer, collector: Staff, now: datetime, name: str
) -> None:
    """Both are answered as saved."""
    typed = {
        "note": {"seen_version": 1, "text": "客户已搬家", "form_key": KEY},
        "handoff": {"seen_version": 1, "kind": "other", "text": "请回电", "to": "service", "form_key": KEY},
    }[name]
    gate = threading.Barrier(4)
    answers: list[int] = []

    def send() -> None:
        try:
            client = Client()
            client.force_login(collector)
            gate.wait(timeout=30)
            answers.append(client.post(address(name, record), typed).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert answers == [303] * 4
    kind = {"note": "note.added", "handoff": "handoff.opened"}[name]
    assert Event.objects.filter(kind=kind).count() == 1
    assert HandOff.objects.count() == (name == "handoff")


def test_keys_are_forgotten_after_a_week(browser: Client, record: Customer, now: datetime) -> None:
    browser.post(address("note", record), {"seen_version": 1, "text": "未接", "form_key": KEY})
    assert form_keys.forget_old(now=now + form_keys.KEPT) == 0
    assert form_keys.forget_old(now=now + form_keys.KEPT + timedelta(seconds=1)) == 1
    assert Event.objects.exists()
