"""The code lists: edited by administrators, in force at once, and never below what law and guarantees ask."""

# Long because the refusals and the stories around them share the fixtures of an edit.

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from collections_app.domain.code_lists import LISTS
from collections_app.domain.codes import CodeBook
from collections_app.domain.purposes import Purpose
from collections_app.models import Code, CodeVersion, Customer, Staff
from collections_app.selectors import codes as book
from collections_app.services import codes, contacts, derivation, holds, reference
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import SYSTEM, Actor
from collections_app.services.refusal_texts import refusal_text
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db
Edit = Callable[..., Code]


@pytest.fixture
def administrator(db: None) -> Staff:
    return factories.make_staff("administrator")


@pytest.fixture
def edit(administrator: Staff, now: datetime) -> Edit:
    """Return an edit of one row: names and order by name, values in ``data``."""
    codes.load(now=now)

    def change(
        name: str, code: str, *, data: dict[str, Any] | None = None, by: Staff | None = None, **row: Any
    ) -> Code:
        stored = Code.objects.get(list_name=name, code=code)
        for field, value in row.items():
            setattr(stored, field, value)
        return codes.save(
            row=stored,
            data=stored.data | (data or {}),
            seen_version=stored.version,
            actor=Actor.of(by or administrator),
            now=now,
        )

    return change


@pytest.fixture
def add(administrator: Staff, now: datetime) -> Edit:
    """Return an addition to a list."""

    def new(name: str, code: str, *, data: dict[str, Any] | None = None, **row: Any) -> Code:
        values = {"name_zh": "新", "name_en": "New", "position": 5} | row
        return codes.save(
            row=Code(list_name=name, code=code, **values),
            data=data or {},
            seen_version=None,
            actor=Actor.of(administrator),
            now=now,
        )

    return new


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(RefusedError) as error:
        call()
    return error.value.code


HOLD = {
    "scope": "customer",
    "collect": "stop",
    "notice": "pass",
    "statutory": "pass",
    "receipt": "pass",
    "days": 30,
    "status": "",
    "by_hand": True,
}


def test_loading_again_changes_nothing(now: datetime) -> None:
    """Every shipped row is stored once."""
    first = reference.load(now=now).codes
    assert first == Code.objects.count() > 300
    assert codes.load(now=now) == 0
    assert set(Code.objects.values_list("version", flat=True)) == {1}


def test_what_an_administrator_edited_is_not_loaded_over(edit: Edit, now: datetime) -> None:
    edit("holds", "dispute", name_en="Under dispute", data={"notice": "stop"})
    codes.load(now=now)
    row = Code.objects.get(list_name="holds", code="dispute")
    assert (row.name_en, row.data["notice"], row.version) == ("Under dispute", "stop", 2)


def test_a_new_code_of_a_release_is_added_and_an_unedited_row_follows_it(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older release had one outcome less, and other words for a stage."""
    release = book.shipped()
    older = {name: dict(release.terms(name)) for name in LISTS}
    del older["outcomes"]["robot"]
    older["stages"]["m1"] = replace(older["stages"]["m1"], en="Old words")
    monkeypatch.setattr(book, "shipped", lambda: CodeBook({name: rows.values() for name, rows in older.items()}))
    codes.load(now=now)
    monkeypatch.setattr(book, "shipped", lambda: release)
    assert codes.load(now=now) == 1
    row = Code.objects.get(list_name="stages", code="m1")
    assert (row.name_en, row.version) == ("M1 (1–30 days)", 2)
    assert "robot" in book.current().outcomes


def test_before_anything_is_loaded_the_lists_are_as_shipped() -> None:
    """A fresh database misleads nobody."""
    assert book.current().terms("holds") == book.shipped().terms("holds")


def test_an_edited_name_is_everywhere_at_once(edit: Edit) -> None:
    with translation.override("zh-hans"):
        assert book.name_of("statuses", "to_contact") == "待联系"
        edit("statuses", "to_contact", name_zh="待跟进")
        assert book.name_of("statuses", "to_contact") == "待跟进"
    with translation.override("en"):
        assert book.name_of("statuses", "to_contact") == "To contact"


def test_an_edited_name_shows_on_both_desks_at_once(
    edit: Edit, debtor: Debtor, collector: Staff, client: Client
) -> None:
    edit("statuses", "to_contact", name_zh="待跟进甲")
    for person in (collector, factories.make_staff("service_agent", scope="branch")):
        client.force_login(person)
        page = client.get(reverse("desk:record", args=[debtor.customer.customer_no])).content.decode()
        assert "待跟进甲" in page, person.role


def _undone() -> None:
    with transaction.atomic():
        Code.objects.filter(list_name="stages", code="m1").update(name_en="Undone")
        assert book.current().terms("stages")["m1"].en == "Undone"
        raise KeyError


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_rolled_back_edit_is_never_seen_again(when: str, edit: Edit) -> None:
    """Whoever read it inside the transaction looks again; the next edit cannot be mistaken for it."""
    with pytest.raises(KeyError):
        _undone()
    if when == "after":
        edit("stages", "m2", name_en="Kept")
    assert book.current().terms("stages")["m1"].en == "M1 (1–30 days)"


def test_reading_costs_one_query_before_and_after_an_edit(edit: Edit) -> None:
    for name in ("One", "Two"):
        edit("stages", "m1", name_en=name)
        for _again in range(2):
            with CaptureQueriesContext(connection) as asked:
                assert book.current().terms("stages")["m1"].en == name
            assert len(asked) == 1


def test_a_page_asks_once_and_sees_one_state(edit: Edit) -> None:
    with book.reading(), CaptureQueriesContext(connection) as asked:
        names = {book.name_of("stages", code) for code in ("m1", "m2", "m3")}
    assert (len(names), len(asked)) == (3, 1)


def test_a_write_past_the_service_is_noticed_too(edit: Edit) -> None:
    """The token is the database's own work."""
    Code.objects.filter(list_name="stages", code="m1").update(name_en="By hand")
    assert book.current().terms("stages")["m1"].en == "By hand"


def test_an_edited_hold_effect_changes_the_permit(
    edit: Edit, add: Edit, debtor: Debtor, supervisor: Staff, rules: None, now: datetime
) -> None:
    """Disaster relief lets due notices pass; once the bank stops them, the next permit is refused."""

    def notice() -> Any:
        return contacts.preview(
            customer=debtor.customer,
            channel="sms",
            purpose=Purpose.DUE_NOTICE,
            contact_point=None,
            actor=SYSTEM,
            now=now,
        )

    holds.place(customer_id=debtor.customer.id, kind="disaster", actor=Actor.of(supervisor), seen_version=None, now=now)
    assert notice().allowed
    edit("holds", "disaster", data={"notice": "stop"})
    answer = notice()
    assert (answer.code, answer.rule.code, answer.rule.version) == ("hold", "HOLD-disaster", 2)


def test_a_hold_of_the_banks_own_stops_what_its_row_says(
    add: Edit, debtor: Debtor, supervisor: Staff, rules: None, now: datetime
) -> None:
    """A new kind needs no release: it is placed, named in the refusal, and ends by its usual length."""
    add("holds", "flood", data=HOLD, name_zh="水灾", name_en="Flood")
    hold = holds.place(
        customer_id=debtor.customer.id, kind="flood", actor=Actor.of(supervisor), seen_version=None, now=now
    )
    assert (hold.ends_at - now).days == 30
    answer = contacts.preview(
        customer=debtor.customer, channel="voice", purpose="collection", contact_point=None, actor=SYSTEM, now=now
    )
    assert answer.code == "hold"
    with translation.override("zh-hans"):
        assert "水灾" in refusal_text(answer)


def test_a_hold_without_a_row_stops_everything() -> None:
    """It fails closed."""
    table = book.shipped().holds
    assert {table.effect("vanished", purpose).value for purpose in Purpose} == {"stop"}


@pytest.mark.parametrize(
    ("name", "code", "data", "expected"),
    [
        ("holds", "agreement_active", {"collect": "pass"}, "code_below_floor"),
        ("holds", "number_bad", {"statutory": "approve"}, "code_below_floor"),
        ("holds", "hardship", {"receipt": "stop"}, "code_above_ceiling"),
        ("holds", "promise_pending", {"statutory": "stop"}, "code_above_ceiling"),
        ("holds", "dispute", {"scope": "customer"}, "code_structural"),
        ("holds", "dispute", {"collect": "sometimes"}, "code_value_unknown"),
        ("outcomes", "self_promise", {"effects": []}, "code_below_floor"),
        ("outcomes", "self_refuse", {"counts": "attempt"}, "code_below_floor"),
        ("outcomes", "self_promise", {"verified": False}, "code_below_floor"),
        ("outcomes", "self_refuse", {"effects": ["handoff"]}, "outcome_lacks"),
        ("outcomes", "self_refuse", {"effects": ["hold"], "hold": "number_bad"}, "outcome_hold_scope"),
        ("handoffs", "complaint", {"minutes": 16 * 24 * 60}, "code_above_ceiling"),
        ("handoffs", "dispute", {"to": "nowhere"}, "code_value_unknown"),
        ("handoffs", "dispute", {"must_carry": ["nothing_known"]}, "code_value_unknown"),
        ("payment_channels", "agency_account", {"claimable": True}, "code_below_floor"),
        ("escalation_steps", "supervisor", {"percent": 95}, "code_above_ceiling"),
        ("escalation_steps", "compliance", {"percent": 110}, "code_below_floor"),
        ("escalation_steps", "supervisor", {"role": "collector"}, "code_value_unknown"),
    ],
)
def test_nothing_is_weakened_below_law_and_guarantees(
    name: str, code: str, data: dict[str, Any], expected: str, edit: Edit
) -> None:
    """The edit is refused with a whole sentence, and the row stays as it was."""
    with pytest.raises(RefusedError) as error:
        edit(name, code, data=data)
    assert error.value.code == expected
    for language in ("zh-hans", "en"):
        with translation.override(language):
            sentence = refusal_text(error.value)
        assert not {"%", "—"} & set(sentence)
        assert any("一" <= sign <= "鿿" for sign in sentence) is (language == "zh-hans"), sentence
    assert Code.objects.get(list_name=name, code=code).version == 1


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("stages", "m1", "code_needed"),
        ("holds", "dispute", "code_needed"),
        ("handoffs", "callback", "code_needed"),
        ("outcomes", "empty", "code_guaranteed"),
        ("handoffs", "risk_alert", "code_needed"),
        ("handoff_contents", "proof", "code_in_use"),
    ],
)
def test_what_logic_or_another_row_needs_stays_in_use(name: str, code: str, expected: str, edit: Edit) -> None:
    assert refused(lambda: edit(name, code, active=False)) == expected


def test_a_retired_code_is_no_longer_offered_and_keeps_its_name(edit: Edit) -> None:
    edit("outcomes", "robot", active=False)
    assert "robot" not in {row.code for row in book.current().offered("outcomes")}
    assert not book.current().outcomes["robot"].offered
    assert book.name_of("outcomes", "robot") != "robot"


def test_a_closed_list_takes_no_new_code_and_a_code_is_taken_once(add: Edit, edit: Edit) -> None:
    assert refused(lambda: add("stages", "m8")) == "code_list_closed"
    assert refused(lambda: add("complaint_causes", "Wrong Code")) == "code_malformed"
    assert refused(lambda: add("complaint_causes", "service")) == "code_taken"
    assert add("complaint_causes", "branch_closure").version == 1


def test_two_edits_of_one_row_do_not_undo_each_other(edit: Edit, administrator: Staff, now: datetime) -> None:
    stale = Code.objects.get(list_name="stages", code="m1")
    edit("stages", "m1", name_en="First")
    stale.name_zh = "第二"
    actor = Actor.of(administrator)
    call = lambda: codes.save(row=stale, data={}, seen_version=1, actor=actor, now=now)  # noqa: E731
    assert refused(call) == "code_changed"


def test_only_administrators_and_compliance_write(edit: Edit, collector: Staff) -> None:
    with pytest.raises(NotAllowedError):
        edit("stages", "m1", by=collector, name_en="Mine")
    assert edit("stages", "m1", by=factories.make_staff("compliance"), name_en="Ours").version == 2


def test_every_edit_is_logged_and_every_version_kept(edit: Edit, administrator: Staff) -> None:
    """Who, what, from what to what; the past is never rewritten."""
    edit("holds", "disaster", data={"notice": "stop"})
    entry = LogEntry.objects.get()
    assert entry.user == administrator
    assert "pass → stop" in entry.change_message
    versions = CodeVersion.objects.filter(list_name="holds", code="disaster").order_by("version")
    assert [row.values["data"]["notice"] for row in versions] == ["pass", "stop"]
    with pytest.raises(InternalError), transaction.atomic():
        versions.update(version=9)


def test_statuses_change_places_within_their_tier_only(edit: Edit) -> None:
    """What the law decides stays before the rest."""
    order = list(book.current().precedence)
    assert refused(lambda: edit("statuses", "deceased", position=75)) == "status_out_of_tier"
    assert refused(lambda: edit("statuses", "to_contact", position=75)) == "status_out_of_tier"
    edit("statuses", "disputed", position=45)
    assert list(book.current().precedence) == [*order[:4], "disputed", "fraud_check", *order[6:]]


def test_a_new_precedence_reaches_the_records_it_decides(
    edit: Edit, debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """A record under both holds shows the other status once the sweep has passed."""
    for kind in ("fraud_claim", "dispute"):
        holds.place(
            customer_id=debtor.customer.id,
            kind=kind,
            actor=Actor.of(supervisor),
            seen_version=None,
            now=now,
            account_id=debtor.account.id,
        )
    other, _account = factories.make_debtor()
    due_before = Customer.objects.get(id=other.id).derive_due_at
    assert Customer.objects.get(id=debtor.customer.id).status == "fraud_check"
    edit("statuses", "disputed", position=45)
    _sweep(now)
    assert Customer.objects.get(id=debtor.customer.id).status == "disputed"
    assert Customer.objects.get(id=other.id).derive_due_at == due_before


def _sweep(now: datetime) -> None:
    late = Customer.objects.filter(derive_due_at__lte=now).values_list("id", flat=True)
    derivation.derive_many(customer_ids=list(late), now=now)
