"""No address gives what belongs to another branch: neither read nor written, nor by a row's id under one's own record.

The addresses are taken from the URL configuration, so that a new one is tested the day it is written.
"""

import copy
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from pytest_django import DjangoDbBlocker

from collections_app.domain.complaint_intake import Intake, Representative
from collections_app.domain.people import Standing
from collections_app.domain.promises import Part
from collections_app.models import (
    ApprovedAnswer,
    Arrangement,
    Conversation,
    Customer,
    Event,
    HandOffPaper,
    Hold,
    IssuedDocument,
    LookUp,
    MachineClient,
    PaymentClaim,
    Placement,
    Promise,
)
from collections_app.services import answers, calls, claims, handoffs, holds, people, promises
from collections_app.services.clocks import recording, suspending
from collections_app.services.complaints import intake, steps
from collections_app.services.evidence import packs
from collections_app.services.records import Actor
from mediation.models import Mediation
from mediation.services import mediations
from notifications.models import Message
from tests import factories, seeds
from tests.conftest import NOW, undrawn
from tests.desk import scenes
from tests.house.test_wiring import routes
from tests.shared import kept_for_module

pytestmark = pytest.mark.usefixtures("bare_errors")
TODAY = factories.TODAY
HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")
RECORD = {"customer_no"}
# What a careful stranger would send: everything any form of a record takes.
EVERYTHING = {
    "text": "x", "reason": "x", "kind": "hardship", "account": "1", "channel": "sms", "state": "accepted",
    "result": "found", "party": "nobody", "outcome": "no_answer", "amount": "1.00", "paid_on": "2026-11-19",
    "due_on_1": "2026-11-21", "amount_1": "100.00", "purpose": "call_in", "consents": "yes", "position": "x",
    "inbound": "on", "ending": "agreed", "save": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    with kept_for_module(django_db_blocker, _made) as rows:
        yield rows


@pytest.fixture
def bank(made: dict[str, Any], db: None, now: Any) -> dict[str, Any]:
    return copy.deepcopy(made)


def _made() -> dict[str, Any]:
    """A record of Shanghai with a row of everything, one of Beijing, and who works in Beijing."""
    seeds.rule_packs(now=factories.START)
    seeds.calendars(now=factories.START)
    seeds.texts(now=factories.START)
    scenes.fresh_data()
    shanghai = factories.make_branch("SH")
    theirs, account = factories.make_debtor(branch=shanghai, name="赵云龙")
    card = factories.make_account(theirs)
    agent = factories.make_staff("supervisor", branch=shanghai)
    common: dict[str, Any] = {"actor": Actor.of(agent), "seen_version": None, "now": NOW}
    talks = mediations.propose(customer_id=theirs.id, account_id=account.id, kind="mediation", position="x", **common)
    claim = claims.record(
        customer_id=theirs.id, account_id=card.id, amount_fen=100, channel="counter", paid_on=TODAY, **common
    )
    carried = factories.carried("callback")
    handoff = handoffs.open_(
        customer_id=theirs.id, kind="callback", carries=carried, due_at=NOW + timedelta(hours=1), **common
    )
    conversation = calls.start(customer_id=theirs.id, contact_point_id=None, inbound=True, **common)
    hold = holds.place(customer_id=theirs.id, kind="complaint_conduct", **common)
    promise = promises.take(
        customer_id=theirs.id, account_id=account.id, parts=[Part(TODAY + timedelta(days=1), 50_000)], **common
    )
    plan = Arrangement.objects.create(
        customer=theirs, account=card, source="negotiation", source_reference="x", agreed_at=NOW
    )
    agency = MachineClient.objects.create(client_id="agency", name="agency", kind="agency", created_at=NOW)
    placement = Placement.objects.create(client=agency, account=card, customer=theirs, placed_at=NOW)
    ours, _account = factories.make_debtor()
    return {
        "theirs": theirs,
        "ours": ours,
        "ids": {
            "promise_id": promise.id, "claim_id": claim.id, "handoff_id": handoff.id, "hold_id": hold.id,
            **_complaint(theirs, common), **_clocks(theirs, account, common), "placement_id": placement.pk,
            "visit_id": factories.make_visit(theirs, agent, at=NOW + timedelta(hours=3)).pk,
            "plan_id": plan.pk,
            "conversation_id": conversation.id, "mediation_id": talks.id,
            **_handed_in_and_issued(theirs, account, handoff),
            "point_id": theirs.contact_points.get(kind="mobile").id, "message_id": 1, "slip_id": 1, "session_id": 1,
            "batch_id": 1, "experiment_id": 1, "alert_id": 1,
            # At nobody's telephone; whose call is matched to whom is tried in tests/desk/test_phone_calls.py.
            "call_id": 1,
            "filed_id": 1,
        },
    }  # fmt: skip


def _handed_in_and_issued(theirs: Any, account: Any, handoff: Any) -> dict[str, Any]:
    """A paper of the customer's, and a document that was issued to them."""
    paper = HandOffPaper.objects.create(
        customer=theirs, handoff=handoff, name="x.pdf", content_type="application/pdf", size=1, sha256="0" * 64,
        stored_as="papers/none", added_at=NOW,
    )  # fmt: skip
    issued = IssuedDocument.objects.create(
        customer=theirs, account=account, kind="statement", reference="D23456789ABCD", language="en", size=1,
        record_version=1, as_of=TODAY, issued_on=TODAY, sha256="0" * 64, stored_as="issued/none", issued_at=NOW,
    )  # fmt: skip
    return {"paper_id": paper.pk, "issued_id": issued.pk}


def _complaint(theirs: Any, common: dict[str, Any]) -> dict[str, Any]:
    """A complaint that has been answered, with whatever belongs to one."""
    complained_of = factories.make_staff("collector", branch=theirs.branch)
    given = Intake(
        "hotline",
        "pricing",
        "ordinary",
        "x",
        "x",
        NOW,
        representative=Representative("李四"),
        staff_id=complained_of.id,
    )
    of_them = {**common, "actor": Actor.of(factories.make_staff("consumer_protection", scope="institution"))}
    complaint = intake.take(customer_id=theirs.id, given=given, **of_them)
    steps.move(complaint_id=complaint.id, step="answer", text="x", finding="upheld", **of_them)
    return {
        "complaint_id": complaint.id, "document_id": complaint.documents.get().id, "step": "answer",
        "power_id": complaint.powers.get().id, "recusal_id": complaint.recusals.get().id,
        "obligation_id": 1, "draft_id": 1, "pack_id": packs.ask(customer_id=theirs.id, reason="x", **of_them).id,
    }  # fmt: skip


def _clocks(theirs: Any, account: Any, common: dict[str, Any]) -> dict[str, Any]:
    """Somebody beside the customer with a guarantee, an interruption, and an answer that is read out."""
    standing = Standing("guarantor", "保证合同 7", None, None)
    person = people.record(
        customer_id=theirs.id, name="王担保", relation="unknown", provenance="on_file", standing=standing, **common
    )
    of_debt = {"account_id": account.id, "evidence": "x", **common}
    answers.load(now=NOW)
    return {
        "person_id": person.id,
        "guarantee_id": recording.guarantee(person_id=person.id, kind="joint", **of_debt).id,
        "interruption_id": recording.interrupt(customer_id=theirs.id, kind="suit", on=TODAY, **of_debt).id,
        "suspension_id": suspending.suspend(
            customer_id=theirs.id,
            kind="other",
            since=TODAY,
            **{**of_debt, "actor": Actor.of(factories.make_staff("legal", scope="institution"))},
        ).id,
        "answer_id": ApprovedAnswer.objects.all()[0].pk,
    }


def _addresses(customer_no: str, ids: dict[str, int], *, with_row: bool | None = None) -> Iterator[str]:
    """Every address below a record, with its holes filled; of all, or only those that also name a row."""
    for route, _name in sorted(set(routes(get_resolver()))):
        holes = {name for _kind, name in HOLE.findall(route)}
        if "customer_no" not in holes or (with_row is not None and with_row != bool(holes & ids.keys())):
            continue
        values = {**{name: str(value) for name, value in ids.items()}, "customer_no": customer_no, "name": "main"}
        yield "/" + HOLE.sub(lambda hole, values=values: values[hole[2]], route)


def _state(customer: Customer) -> list[Any]:
    rows = (Event, Promise, Hold, PaymentClaim, Conversation, Mediation, Message, LookUp)
    return [list(model.objects.filter(customer=customer).order_by("id").values()) for model in rows]


WHOLE_PAGE: dict[str, str] = {}
A_PART = {"HX-Request": "true"}


def _try(
    client: Client, address: str, customer: Customer, ways: Sequence[dict[str, str]] = (WHOLE_PAGE, A_PART)
) -> set[int]:
    """Ask in every way, and return the answers."""
    version = str(customer.version)
    fields = {**EVERYTHING, "seen_version": version}
    answers = set()
    for headers in ways:
        answers |= {
            client.get(address, headers=headers).status_code,
            client.post(address, fields, headers={**headers, "If-Match": f'"{version}"'}).status_code,
        }
    return answers


@pytest.mark.parametrize(("role", "ways"), [("supervisor", (WHOLE_PAGE, A_PART)), ("mediator", (A_PART,))])
def test_a_record_of_another_branch_is_not_there(
    client: Client, bank: dict[str, Any], role: str, ways: Sequence[dict[str, str]]
) -> None:
    """404 or a plain refusal to every method and header, and nothing is written; to another room's people as well."""
    client.force_login(factories.make_staff(role))
    before = _state(bank["theirs"])
    found = {
        address: answers
        for address in _addresses(bank["theirs"].customer_no, bank["ids"])
        if (answers := _try(client, address, bank["theirs"], ways)) - {403, 404, 405}
    }
    assert not found
    assert _state(bank["theirs"]) == before


def test_a_row_of_another_branch_is_not_reached_under_ones_own_record(client: Client, bank: dict[str, Any]) -> None:
    """The number in the address is one's own record; the row's id is theirs."""
    client.force_login(factories.make_staff("supervisor"))
    before = _state(bank["theirs"])
    found = {}
    for address in _addresses(bank["ours"].customer_no, bank["ids"], with_row=True):
        if "/answer/" in address:
            continue  # what is read out is the whole bank's, and no row of theirs
        bank["theirs"].refresh_from_db()
        if answers := _try(client, address, bank["theirs"]) - {403, 404, 405, 422}:
            found[address] = answers
    assert not found
    assert _state(bank["theirs"]) == before


def test_a_promise_of_another_branch_is_not_confirmed_from_ones_own_record(
    client: Client, bank: dict[str, Any]
) -> None:
    """The id in the form names a promise of the record in the address, or nothing is sent."""
    client.force_login(factories.make_staff("supervisor"))
    bank["theirs"].refresh_from_db()
    fields = {"promise": bank["ids"]["promise_id"], "seen_version": bank["theirs"].version}
    answer = client.post(f"/notifications/confirm/{bank['ours'].customer_no}/", fields)
    assert answer.status_code == 404
    assert not Message.objects.exists()


def test_an_agent_of_the_whole_bank_writes_nothing_without_a_purpose(client: Client, bank: dict[str, Any]) -> None:
    """Seeing the whole bank is not opening each record of it."""
    client.force_login(factories.make_staff("service_agent"))
    before = _state(bank["theirs"])[:-1]
    for address in _addresses(bank["theirs"].customer_no, bank["ids"]):
        if address.startswith("/find/"):
            continue  # where the purpose is named
        assert not _try(client, address, bank["theirs"]) - {302, 403, 404, 405}, address
    assert _state(bank["theirs"])[:-1] == before


def test_what_a_person_may_read_is_never_kept_by_the_browser(client: Client, bank: dict[str, Any]) -> None:
    """The next person at the desk finds nothing by "back"."""
    client.force_login(factories.make_staff("supervisor"))
    for address in ["/", "/find/?q=x", "/api/worklist/", *_addresses(bank["ours"].customer_no, bank["ids"])]:
        with undrawn():
            kept = client.get(address).headers.get("Cache-Control", "")
        assert "no-store" in kept or kept == "private, no-cache", address
