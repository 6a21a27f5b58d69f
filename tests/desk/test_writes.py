"""Forms that write to a record: one service call, and nothing typed is lost when it is refused."""

import re
from datetime import datetime, timedelta

import pytest
import zeal
from django.db import transaction
from django.test import Client

from collections_app.domain.promises import Part
from collections_app.domain.risk import DANGERS
from collections_app.models import Conversation, Customer, Event, Hold, LookUp, Promise, Staff
from collections_app.selectors import codes
from collections_app.services import calls, claims, holds, promises, records
from collections_app.services.emergencies import red_button
from collections_app.services.records import Actor
from tests import factories
from tests.desk.scenes import address

pytestmark = pytest.mark.django_db
REASON = {"overdue_reason": "unwilling"}


@pytest.mark.parametrize("name", ["note", "promise", "claim", "hold", "handoff", "call_start"])
@pytest.mark.parametrize("htmx", [False, True])
def test_every_form_opens_as_a_page_and_as_a_fragment(browser: Client, record: Customer, name: str, htmx: bool) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    response = browser.get(address(name, record), headers=headers)
    assert response.status_code == 200
    assert ("<html" in response.content.decode()) is not htmx


def test_a_note_is_saved_and_leads_back_to_the_record(browser: Client, record: Customer) -> None:
    response = browser.post(address("note", record), {"seen_version": 1, "text": "客户已搬家"})
    assert response.status_code == 303
    assert Event.objects.get().text_row.text == "客户已搬家"


def test_a_promise_on_a_changed_record_is_told_what_changed_and_keeps_what_was_typed(
    browser: Client, record: Customer, now: datetime
) -> None:
    """A colleague placed a hold meanwhile: 409, who and what, and the amount still in its field."""
    colleague = factories.make_staff("service_agent")
    holds.place(customer_id=record.id, kind="hardship", actor=Actor.of(colleague), seen_version=1, now=now)
    typed = {
        "seen_version": 1,
        "account": record.stage_account_id,
        "due_on_1": (now.date() + timedelta(days=3)).isoformat(),
        "amount_1": "1234.56",
    }
    response = browser.post(address("promise", record), typed, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 409
    assert colleague.display_name in page
    assert "1234.56" in page
    assert 'value="2"' in page
    assert not Promise.objects.exists()
    notice = f"{address('changed', record)}?since=1"
    renewed = browser.get(notice).content.decode().partition('id="write-standing" hx-swap-oob')[2]
    assert "困难评估中" in renewed, "the status above the form is still the one of before"
    assert "3,913.00" in renewed
    assert "3,913.00" not in browser.get(f"{notice}&masked=1").content.decode()
    again = browser.post(address("promise", record), typed | {"seen_version": 2})
    assert again.status_code == 303
    assert Promise.objects.get().total_fen == 123_456


@pytest.mark.parametrize("amount", ["abc", "-5", "1.234", "0", "9" * 30])
def test_an_impossible_amount_is_refused_in_words(
    browser: Client, record: Customer, now: datetime, amount: str
) -> None:
    response = browser.post(
        address("promise", record),
        {
            "seen_version": 1,
            "account": record.stage_account_id,
            "due_on_1": now.date().isoformat(),
            "amount_1": amount,
        },
    )
    assert response.status_code == 422
    assert not Promise.objects.exists()


def test_a_form_that_was_open_when_the_red_button_was_pressed_names_no_amount(
    browser: Client, record: Customer, now: datetime
) -> None:
    """The press wakes the form; what is renewed above it must not name the sum again, nor must what follows."""
    notice = f"{address('changed', record)}?since=1"
    assert "3,913.00" in browser.get(notice).content.decode()
    actor = Actor.of(factories.make_staff("service_agent"))
    red_button.press(customer_id=record.id, danger=next(iter(DANGERS)), actor=actor, now=now)
    renewed = browser.get(notice).content.decode()
    assert 'id="write-standing"' in renewed
    assert "3,913.00" not in renewed
    assert "&amp;masked=1" in renewed


def test_a_call_hides_amounts_until_identity_is_confirmed(browser: Client, record: Customer, now: datetime) -> None:
    point = record.contact_points.get()
    response = browser.post(address("call_start", record), {"seen_version": 1, "contact_point": point.id})
    assert response.status_code == 303
    panel = response["Location"]
    assert browser.get(address("call_start", record))["Location"] == panel, "the back button leads away from the call"
    shown = browser.get(panel).content.decode()
    assert "3,913.00" not in shown
    assert "&amp;masked=1" in shown, "its notice of changes would name the amount"
    conversation = Conversation.objects.get()
    browser.post(
        address("call_verify", record, conversation.id), {"result": "verified", "facts": ["birth_date", "address"]}
    )
    assert "3,913.00" in browser.get(panel).content.decode()
    closed = browser.post(
        panel,
        {"seen_version": 2, "party": "self", "outcome": "self_refuse", **REASON, "text": "拒绝"},
    )
    assert closed.status_code == 303
    conversation.refresh_from_db()
    assert conversation.outcome == "self_refuse"


def test_a_refused_call_says_why(browser: Client, record: Customer, collector: Staff, now: datetime) -> None:
    holds.place(customer_id=record.id, kind="hardship", actor=Actor.of(collector), seen_version=1, now=now)
    response = browser.post(
        address("call_start", record), {"seen_version": 2, "contact_point": record.contact_points.get().id}
    )
    assert response.status_code == 422
    assert not Conversation.objects.exists()
    assert "困难评估" in response.content.decode()


def test_another_branch_has_no_such_record(client: Client, record: Customer, outsider: Staff) -> None:
    client.force_login(outsider)
    for name in ("note", "promise", "claim", "hold", "handoff", "call_start"):
        assert client.get(address(name, record)).status_code == 404
        assert client.post(address(name, record), {}).status_code == 404


def test_the_service_centre_names_a_purpose_first(client: Client, record: Customer, now: datetime) -> None:
    agent = factories.make_staff("service_agent")
    client.force_login(agent)
    asked = client.get(address("note", record))
    assert asked.status_code == 302
    assert asked.url.startswith(f"/find/?open={record.customer_no}&next=")
    assert client.post(address("note", record), {"text": "x"}).status_code == 403
    LookUp.objects.create(customer=record, staff=agent, purpose="call_in", at=now)
    assert client.get(address("note", record)).status_code == 200


def test_an_auditor_reads_and_writes_nothing(client: Client, record: Customer) -> None:
    client.force_login(factories.make_staff("auditor"))
    assert client.get(address("hold", record)).status_code == 403
    response = client.post(address("hold", record), {"seen_version": 1, "kind": "hardship"})
    assert response.status_code == 403
    assert not Hold.objects.exists()


def test_a_supervisor_ends_what_a_colleague_began(
    client: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """Hold, claim and promise each have their way out on the record, for those who may."""
    actor = Actor.of(collector)
    hold = holds.place(customer_id=record.id, kind="hardship", actor=actor, seen_version=None, now=now)
    account_id = record.stage_account_id or 0
    claim = claims.record(
        customer_id=record.id, account_id=account_id, amount_fen=100, channel="counter", paid_on=now.date(),
        actor=actor, seen_version=None, now=now,
    )  # fmt: skip
    promise = promises.take(
        customer_id=record.id, account_id=account_id, parts=[Part(now.date(), 100_000)],
        actor=actor, seen_version=None, now=now,
    )  # fmt: skip
    ways = {
        address("hold_release", record, hold.id): {"reason": "resolved"},
        address("claim_resolve", record, claim.id): {"result": "not_found"},
        address("promise_withdraw", record, promise.id): {"reason": "taken in error"},
    }
    client.force_login(collector)
    page = client.get(address("record", record)).content.decode()
    assert address("promise_redate", record, promise.id) in page
    for url in ways:
        assert url not in page
        assert client.get(url).status_code == 403
    client.force_login(factories.make_staff("supervisor"))
    page = client.get(address("record", record)).content.decode()
    for url, values in ways.items():
        assert url in page
        record.refresh_from_db()
        assert client.post(url, {"seen_version": record.version, **values}).status_code == 303
    record.refresh_from_db()
    assert record.status == "to_contact"


def test_what_belongs_to_another_record_is_not_found(
    client: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    other = factories.make_debtor()[0]
    hold = holds.place(customer_id=other.id, kind="hardship", actor=Actor.of(collector), seen_version=None, now=now)
    client.force_login(factories.make_staff("supervisor"))
    response = client.post(address("hold_release", record, hold.id), {"seen_version": 1, "reason": "resolved"})
    assert response.status_code == 404
    hold.refresh_from_db()
    assert hold.released_at is None


def test_every_outcome_shows_its_effects_before_it_is_saved(browser: Client) -> None:
    """The panel fetches them as an outcome is chosen; those of a hold or a hand-off name its kind."""
    for code, outcome in codes.shipped().outcomes.items():
        page = browser.get("/call-effects/", {"outcome": code})
        assert page.status_code == 200, code
        for kind, names in ((outcome.hold, "holds"), (outcome.handoff, "handoffs")):
            if kind and names.removesuffix("s") in outcome.effects:
                assert codes.shipped().text(names, kind, "zh-hans") in page.content.decode(), code


def test_a_check_of_identity_that_is_refused_keeps_what_was_ticked(
    browser: Client, record: Customer, collector: Staff, now: datetime
) -> None:
    """One fact is not enough: the panel comes back with the reason beside the ticks."""
    conversation = calls.start(
        customer_id=record.id,
        contact_point_id=None,
        inbound=True,
        actor=Actor.of(collector),
        seen_version=None,
        now=now,
    )
    url = address("call_verify", record, conversation.id)
    refused = browser.post(url, {"result": "verified", "facts": ["birth_date"]})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert re.search(r'value="birth_date"[^>]*checked', text)
    assert "write-refused" in text
    assert "call-verify" in text


@pytest.mark.parametrize("name", ["hold", "handoff"])
def test_nothing_is_stopped_or_handed_off_without_saying_what(browser: Client, record: Customer, name: str) -> None:
    """An empty form saves nothing: there is no kind that is chosen by itself."""
    answer = browser.post(address(name, record), {"seen_version": record.version})
    assert answer.status_code == 422
    record.refresh_from_db()
    assert not record.holds.exists()


def test_a_promise_redated_meanwhile_is_told_and_nothing_typed_is_lost(
    browser: Client, record: Customer, now: datetime
) -> None:
    """Two colleagues re-date the same promise: the second sees what changed, keeps the input, and may go on from it."""
    fields = {"account": record.stage_account_id, "due_on_1": _later(now, 3), "amount_1": "2000.00"}
    browser.post(address("promise", record), {"seen_version": 1, **fields})
    first = Promise.objects.get()
    record.refresh_from_db()
    url = address("promise_redate", record, first.id)
    seen = {"seen_version": record.version, "account": record.stage_account_id}
    assert browser.post(url, {**seen, "due_on_1": _later(now, 5), "amount_1": "2100.00"}).status_code == 303

    late = {**seen, "due_on_1": _later(now, 4), "amount_1": "2222.00"}
    refused = browser.post(url, late)

    assert refused.status_code == 409
    page = refused.content.decode()
    assert "承诺改期" in page
    assert "2222.00" in page
    record.refresh_from_db()
    again = browser.post(url, {**late, "seen_version": record.version})
    assert again.status_code == 303
    pending = Promise.objects.get(state="active")
    assert (pending.total_fen, pending.redates) == (222_200, 2)
    assert browser.get(url)["Location"] == address("record", record)


def test_what_changed_is_named_however_much_small_has_happened_since(
    browser: Client, record: Customer, now: datetime
) -> None:
    """Rows that raise no version do not push the one that matters out of the notice; of very many, it says so."""

    def append(kind: str, times: int) -> None:
        with zeal.zeal_ignore(), transaction.atomic():
            customer = records.lock(customer_id=record.pk, now=now)
            for _each in range(times):
                records.append(customer=customer, kind=kind, actor=records.SYSTEM, now=now)

    append("claim.recorded", 1)
    append("message.sent", 21)
    notice = f"{address('changed', record)}?since={record.version}"
    page = browser.get(notice).content.decode()
    assert "称已还款" in page
    assert "短信已发" not in page
    assert "还有其他变更" not in page
    append("note.added", 20)
    page = browser.get(notice).content.decode()
    assert page.count("<strong>备注</strong>") == 20
    assert "还有其他变更" in page


def test_a_call_closed_in_another_tab_is_said_and_what_was_typed_stays(
    browser: Client, record: Customer, now: datetime
) -> None:
    """The second tab is told, and coming back to the panel leads to the record."""
    start = {"seen_version": 1, "contact_point": record.contact_points.get().id}
    panel = browser.post(address("call_start", record), start)["Location"]
    values = {"seen_version": 2, "party": "nobody", "outcome": "no_answer"}
    assert browser.post(panel, values).status_code == 303

    second = browser.post(panel, {**values, "text": "打过两次"})

    assert second.status_code == 422
    page = second.content.decode()
    assert "该通话已结束。" in page
    assert "打过两次" in page
    assert browser.get(panel)["Location"] == address("record", record)


def _later(now: datetime, days: int) -> str:
    return (now + timedelta(days=days)).date().isoformat()
