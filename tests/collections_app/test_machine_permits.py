"""Permits for machines: asked once, reported once, within their scope and in the one budget."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collections_app.domain.incidents import IncidentScope
from collections_app.models import (
    ApprovedSentence,
    Contact,
    ContactPoint,
    MachinePermit,
    MachineUse,
    PermitRefusal,
)
from collections_app.services import holds, records
from collections_app.services.emergencies import incidents, sentences
from collections_app.services.emergencies.incidents import Scope
from collections_app.services.machines import placements
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.collections_app.machines import Machine, make_client, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules", "now")]


@pytest.fixture
def no_n_plus_one() -> None:
    """Several requests in one test each read their own token."""


@pytest.fixture
def dialler(db: None, now: datetime) -> Machine:
    return Machine(make_client("dialler"), now)


@pytest.fixture
def agency(db: None, now: datetime) -> Machine:
    return Machine(make_client("agency", branches=[]), now)


def test_a_permit_says_whom_to_call_and_what_may_be_said(dialler: Machine, debtor: Debtor) -> None:
    answer = dialler.ask(debtor.customer.customer_no)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["allowed"], body["usable"], body["state"]) == (True, True, "reserved")
    point = ContactPoint.objects.get(customer=debtor.customer)
    assert body["contact_point"]["value"] == point.value
    assert body["say"]["accounts"][0]["overdue_fen"] == debtor.account.overdue_fen
    assert body["say"]["script_version"] == "S-3"
    contact = Contact.objects.get()
    assert (contact.state, contact.staff, contact.channel) == ("reserved", None, "voice")


def test_the_number_is_masked_without_its_scope(debtor: Debtor, now: datetime) -> None:
    """What a token was given at its making does not help once the client has lost it."""
    client = make_client("dialler", scopes=["permits.request"])
    answer = Machine(client, now, scopes=["permits.request", "permits.numbers"]).ask(debtor.customer.customer_no)
    assert answer.status_code == 201
    assert "value" not in answer.json()["contact_point"]
    assert ContactPoint.objects.get(customer=debtor.customer).value not in answer.content.decode()


def test_a_refusal_names_rule_and_version_and_is_no_error(dialler: Machine, debtor: Debtor) -> None:
    holds.place(
        customer_id=debtor.customer.id,
        kind="illness",
        actor=records.SYSTEM,
        seen_version=None,
        now=factories.START,
    )
    answer = dialler.ask(debtor.customer.customer_no)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["allowed"], body["reason"], body["rule"]) == (False, "hold", "HOLD")
    assert body["version"] >= 1
    # That it is an illness is none of a machine's business.
    assert "illness" not in answer.content.decode()
    assert "value" not in answer.content.decode()
    assert PermitRefusal.objects.get().reason == "hold"


def test_the_same_key_is_answered_the_same_and_reserves_once(dialler: Machine, debtor: Debtor) -> None:
    first = dialler.ask(debtor.customer.customer_no, key="k" * 20)
    again = dialler.ask(debtor.customer.customer_no, key="k" * 20)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert Contact.objects.count() == 1


def test_a_key_used_for_something_else_is_refused(dialler: Machine, debtor: Debtor) -> None:
    dialler.ask(debtor.customer.customer_no, key="k" * 20)
    other = dialler.ask(debtor.customer.customer_no, key="k" * 20, purpose="due_notice")
    assert (other.status_code, other.json()["code"]) == (409, "form_key_reused")
    assert Contact.objects.count() == 1


def test_a_key_is_each_clients_own(dialler: Machine, debtor: Debtor, now: datetime) -> None:
    dialler.ask(debtor.customer.customer_no, key="k" * 20)
    other = Machine(make_client("voice_robot"), now).ask(debtor.customer.customer_no, key="k" * 20)
    assert (other.status_code, other.json()["reason"]) == (200, "interval")


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "k" * 19 + "!"])
def test_without_a_readable_key_nothing_is_asked(dialler: Machine, debtor: Debtor, key: str | None) -> None:
    path, body = "/api/permits/", {"customer": debtor.customer.customer_no, "channel": "voice", "purpose": "collection"}
    more = {} if key is None else {"Idempotency-Key": key}
    answer = dialler.browser.post(path, body, content_type="application/json", headers=dialler.headers(**more))
    assert answer.status_code == 400
    assert not Contact.objects.exists()


def test_out_of_scope_and_absent_look_the_same(debtor: Debtor, now: datetime) -> None:
    """A client without branches sees nothing at all."""
    elsewhere = Machine(make_client("dialler", branches=[factories.make_branch("SH")]), now)
    nowhere = Machine(make_client("dialler", branches=[]), now)
    theirs = elsewhere.ask(debtor.customer.customer_no)
    assert theirs.status_code == nowhere.ask(debtor.customer.customer_no).status_code == 404
    assert theirs.json() == elsewhere.ask("C-nobody").json()
    for name in ({"account": debtor.account.account_no}, {"case": debtor.customer.case_number}):
        body = {**name, "channel": "voice", "purpose": "collection"}
        assert elsewhere.post("/api/permits/", body).status_code == 404
    assert not Contact.objects.exists()
    assert not MachinePermit.objects.exists()


def test_a_record_is_found_by_account_and_by_case_too(dialler: Machine, debtor: Debtor) -> None:
    body = {"account": debtor.account.account_no, "channel": "voice", "purpose": "collection"}
    assert dialler.post("/api/permits/", body).status_code == 201
    body = {"case": debtor.customer.case_number, "channel": "voice", "purpose": "collection"}
    assert dialler.post("/api/permits/", body).json()["reason"] == "interval"
    both = body | {"customer": debtor.customer.customer_no}
    assert dialler.post("/api/permits/", both).status_code == 400


@pytest.mark.parametrize("purpose", ["otp", "receipt", "security", "correction", "marketing", "statutory"])
def test_no_machine_asks_for_what_no_cap_holds(dialler: Machine, debtor: Debtor, purpose: str) -> None:
    """Else it would contact without end, under the name of a code or a receipt."""
    answer = dialler.ask(debtor.customer.customer_no, purpose=purpose)
    assert (answer.status_code, answer.json()["code"]) == (403, "machine_not_given")
    assert dialler.ask(debtor.customer.customer_no, channel="sms").status_code == 403
    assert not Contact.objects.exists()


def test_another_clients_permit_is_not_there(dialler: Machine, debtor: Debtor, now: datetime) -> None:
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    other = Machine(make_client("dialler"), now)
    assert other.get(f"/api/permits/{permit}/").status_code == 404
    assert other.tell(permit, "void").status_code == 404
    assert other.tell(permit, "nonsense").status_code == 404
    assert Contact.objects.get().state == "reserved"


def test_a_number_of_another_record_is_not_there(dialler: Machine, debtor: Debtor) -> None:
    other = factories.make_customer()
    theirs = ContactPoint.objects.get(customer=other)
    answer = dialler.ask(debtor.customer.customer_no, contact_point=str(theirs.id))
    assert answer.status_code == 404
    assert not Contact.objects.exists()


def test_an_agency_sees_only_what_is_placed_with_it(agency: Machine, debtor: Debtor, now: datetime) -> None:
    """Of a customer's two accounts it hears of the one it has; another agency hears nothing."""
    second = factories.make_account(debtor.customer)
    assert agency.ask(debtor.customer.customer_no).status_code == 404
    place(debtor.account, agency.row, now)
    other = Machine(make_client("agency", branches=[]), now)
    assert other.ask(debtor.customer.customer_no).status_code == 404
    body = {"account": second.account_no, "channel": "voice", "purpose": "collection"}
    assert agency.post("/api/permits/", body).status_code == 404
    answer = agency.ask(debtor.customer.customer_no)
    assert answer.status_code == 201
    assert [each["id"] for each in answer.json()["say"]["accounts"]] == [debtor.account.id]
    assert second.tail not in [each["tail"] for each in answer.json()["say"]["accounts"]]


def test_a_placed_account_is_closed_to_everybody_else(
    agency: Machine, dialler: Machine, debtor: Debtor, now: datetime
) -> None:
    place(debtor.account, agency.row, now)
    assert dialler.ask(debtor.customer.customer_no).json()["reason"] == "hold"
    assert agency.ask(debtor.customer.customer_no).status_code == 201


def test_what_is_called_back_is_gone_at_once(agency: Machine, debtor: Debtor, now: datetime) -> None:
    """A permit given before cannot be used any more, but what became of it can still be told."""
    placement = place(debtor.account, agency.row, now)
    permit = agency.ask(debtor.customer.customer_no).json()
    placements.recall(placement_id=placement.pk, actor=records.SYSTEM, now=now)
    look = agency.get(f"/api/permits/{permit['id']}/")
    assert (look.json()["usable"], look.json()["reason"]) == (False, "recalled")
    assert permit["contact_point"]["value"] not in look.content.decode()
    assert "customer" not in look.json()
    assert agency.ask(debtor.customer.customer_no).status_code == 404
    assert agency.tell(permit["id"], "void").status_code == 200


def test_a_permit_of_an_account_that_was_closed_cannot_be_used(dialler: Machine, debtor: Debtor) -> None:
    permit = dialler.ask(debtor.customer.customer_no).json()
    debtor.account.closed_in_core = True
    debtor.account.save(update_fields=["closed_in_core"])
    look = dialler.get(f"/api/permits/{permit['id']}/")
    assert (look.status_code, look.json()["usable"], look.json()["reason"]) == (200, False, "recalled")


def test_an_agencys_calls_are_in_the_one_budget(agency: Machine, debtor: Debtor, now: datetime) -> None:
    place(debtor.account, agency.row, now)
    permit = agency.ask(debtor.customer.customer_no).json()["id"]
    agency.tell(permit, "made", effective=True)
    assert agency.ask(debtor.customer.customer_no).json()["reason"] == "interval"


def test_who_is_no_party_learns_nothing_of_the_debt(dialler: Machine, debtor: Debtor) -> None:
    person = factories.make_person(debtor.customer, "household", relation="spouse", document="借款合同（夫妻共签）")
    spouse = factories.make_mobile(debtor.customer, relation="spouse", person=person)
    answer = dialler.ask(debtor.customer.customer_no, purpose="third_party", contact_point=str(spouse.id))
    assert answer.status_code == 201
    assert answer.json()["say"]["accounts"] == []
    assert str(debtor.account.overdue_fen) not in answer.content.decode()


def test_an_incident_stops_machines_and_says_so(dialler: Machine, debtor: Debtor, now: datetime) -> None:
    permit = dialler.ask(debtor.customer.customer_no).json()
    sentences.load(now=now)
    incident = incidents.start(
        covers=Scope(IncidentScope.ALL),
        reason="disaster",
        sentence_id=ApprovedSentence.objects.get(code="general", active=True).id,
        actor=records.Actor.of(factories.make_staff("supervisor")),
        now=now,
    )
    look = dialler.get(f"/api/permits/{permit['id']}/")
    assert (look.json()["usable"], look.json()["reason"]) == (False, "incident")
    assert look.headers["OneCase-Incidents"] == str(incident.pk)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{",
        '"x"',
        "[" * 100_000,
        '{"customer": {"a": 1}, "channel": "voice", "purpose": "collection"}',
        '{"customer": "C\\u0000", "channel": "voice", "purpose": "collection"}',
        '{"customer": "C1", "channel": "smoke", "purpose": "collection"}',
        '{"customer": "C1", "channel": "voice", "purpose": "collection", "hold_seconds": 999999}',
        '{"customer": "C1", "channel": "voice", "purpose": "collection", "contact_point": "1 OR 1=1"}',
    ],
)
def test_garbage_is_a_400_and_nothing_more(dialler: Machine, body: str) -> None:
    assert dialler.post("/api/permits/", body).status_code == 400
    assert dialler.post("/api/permits/bulk/", body).status_code == 400


def test_five_hundred_are_asked_in_as_many_queries_as_ten(dialler: Machine, now: datetime) -> None:
    """Set-based: locks, facts, decisions and rows; what is not there is said in its place."""
    debtors = [factories.make_debtor()[0] for _ in range(30)]

    def ask(numbers: list[str]) -> tuple[int, Any]:
        items = [{"customer": number, "channel": "voice", "purpose": "collection"} for number in numbers]
        with CaptureQueriesContext(connection) as queries:
            answer = dialler.post("/api/permits/bulk/", {"items": items})
        return len(queries), answer

    few, small = ask([each.customer_no for each in debtors[:10]])
    many, big = ask([each.customer_no for each in debtors[10:]] + ["C-nobody"] * 480)
    assert many <= few
    assert small.status_code == big.status_code == 200
    given = [item["allowed"] for item in big.json()["items"]]
    assert (len(given), sum(given)) == (500, 20)
    assert big.json()["items"][-1] == {"ref": "", "allowed": False, "fault": "not_found"}
    too_many = dialler.post("/api/permits/bulk/", {"items": [{}] * 501})
    assert too_many.status_code == 400
    assert MachineUse.objects.filter(action="permit.bulk", items=500).exists()


def test_one_customer_twice_in_one_asking_is_given_one(dialler: Machine, debtor: Debtor) -> None:
    item = {"customer": debtor.customer.customer_no, "channel": "voice", "purpose": "collection"}
    answer = dialler.post("/api/permits/bulk/", {"items": [item | {"ref": "a"}, item | {"ref": "b"}]}, key="k" * 20)
    first, second = answer.json()["items"]
    assert (first["ref"], first["allowed"], second["ref"], second["reason"]) == ("a", True, "b", "interval")
    again = dialler.post("/api/permits/bulk/", {"items": [item | {"ref": "a"}, item | {"ref": "b"}]}, key="k" * 20)
    assert again.json() == answer.json()
    assert Contact.objects.count() == 1
