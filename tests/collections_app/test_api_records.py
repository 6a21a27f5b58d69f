"""The API: what it shows, to whom, and how a write names the version its author saw."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collections_app.models import Account, Event, HandOff, Hold, LookUp, Staff
from collections_app.services import holds
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_n_plus_one() -> None:
    """Several visits in one test each read their own session."""


@pytest.fixture
def signed_in(client: Client, collector: Staff) -> Client:
    client.force_login(collector)
    return client


def address(debtor: Debtor, below: str = "") -> str:
    return f"/api/records/{debtor.customer.customer_no}/{below}"


def post(client: Client, debtor: Debtor, below: str, body: dict[str, Any], seen: str | None) -> Any:
    headers = {} if seen is None else {"If-Match": seen}
    return client.post(address(debtor, below), json.dumps(body), content_type="application/json", headers=headers)


def test_a_record_shows_codes_and_fen_and_no_personal_data(signed_in: Client, debtor: Debtor) -> None:
    """Five amounts per account, status and next step; the name by its first sign, the account by its tail."""
    answer = signed_in.get(address(debtor))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["stage"], body["next_step"]) == ("to_contact", "m2", "call")
    (account,) = body["accounts"]
    amounts = ("overdue_fen", "minimum_due_fen", "billed_fen", "payoff_fen", "unbilled_fen")
    assert [account[name] for name in amounts] == [getattr(debtor.account, name) for name in amounts]
    text = answer.content.decode()
    for secret in (debtor.customer.name, debtor.customer.id_number, debtor.customer.birth_date):
        assert secret not in text
    assert debtor.account.account_no not in text
    assert body["name"] == "陈··"


def test_the_tag_carries_the_version(signed_in: Client, debtor: Debtor) -> None:
    """Who holds it already is told so without a body; a change makes it another."""
    tag = signed_in.get(address(debtor)).headers["ETag"]
    assert tag.startswith(f'"{debtor.customer.version}.')
    again = signed_in.get(address(debtor), headers={"If-None-Match": f'"0.0", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    post(signed_in, debtor, "notes/", {"text": "已联系"}, tag)
    assert signed_in.get(address(debtor), headers={"If-None-Match": tag}).status_code == 200


def test_out_of_scope_and_absent_look_the_same(client: Client, debtor: Debtor) -> None:
    client.force_login(factories.make_staff("collector", branch=factories.make_branch("SH")))
    assert client.get(address(debtor)).status_code == 404
    assert client.get("/api/records/C-nobody/").status_code == 404
    assert post(client, debtor, "notes/", {"text": "x"}, '"1"').status_code == 404


def test_who_has_not_signed_in_learns_nothing(client: Client, debtor: Debtor) -> None:
    assert client.get(address(debtor)).status_code == 403
    assert client.get("/api/worklist/").status_code == 403


def test_an_agent_names_a_purpose_first(client: Client, debtor: Debtor, agent: Staff, now: datetime) -> None:
    """The same rule as on the page: a look-up is logged, then the record opens."""
    client.force_login(agent)
    assert client.get(address(debtor)).status_code == 403
    LookUp.objects.create(customer=debtor.customer, staff=agent, purpose="call_in", at=now)
    assert client.get(address(debtor)).status_code == 200


def test_a_write_without_a_version_is_refused(signed_in: Client, debtor: Debtor) -> None:
    for seen in (None, "", "17", '"x"', "*"):
        assert post(signed_in, debtor, "holds/", {"kind": "hardship"}, seen).status_code == 428
    assert not Hold.objects.exists()


def test_a_hold_is_placed_at_the_version_seen(signed_in: Client, debtor: Debtor) -> None:
    tag = signed_in.get(address(debtor)).headers["ETag"]
    answer = post(signed_in, debtor, "holds/", {"kind": "hardship", "text": "失业"}, tag)
    assert answer.status_code == 201
    assert answer.headers["ETag"].startswith(f'"{answer.json()["version"]}.')
    assert Hold.objects.get(customer=debtor.customer).kind == "hardship"
    assert signed_in.get(address(debtor)).json()["status"] == "hardship_review"


def test_a_write_on_an_old_version_is_told_what_changed(
    signed_in: Client, debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """412 with who did what; nothing is written."""
    tag = signed_in.get(address(debtor)).headers["ETag"]
    seen = debtor.customer.version
    holds.place(customer_id=debtor.customer.id, kind="illness", actor=Actor.of(supervisor), seen_version=seen, now=now)
    answer = post(signed_in, debtor, "holds/", {"kind": "hardship"}, tag)
    assert answer.status_code == 412
    body = answer.json()
    assert (body["seen_version"], body["current_version"]) == (seen, seen + 1)
    (change,) = body["changes"]
    assert (change["kind"], change["by"]) == ("hold.placed", supervisor.employee_no)
    assert Hold.objects.filter(customer=debtor.customer).count() == 1


def test_a_note_beside_a_change_goes_through(
    signed_in: Client, debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """It conflicts with nothing, and still says what its author saw."""
    tag = signed_in.get(address(debtor)).headers["ETag"]
    holds.place(customer_id=debtor.customer.id, kind="illness", actor=Actor.of(supervisor), seen_version=None, now=now)
    assert post(signed_in, debtor, "notes/", {"text": "家属来电"}, tag).status_code == 201
    assert Event.objects.filter(customer=debtor.customer, kind="note.added").count() == 1


@pytest.mark.parametrize(
    ("below", "body", "status"),
    [
        ("notes/", {"text": " "}, 400),
        ("notes/", {"text": "字" * 2001}, 422),
        ("holds/", {"kind": "agreement_active"}, 400),
        ("holds/", {"kind": "dispute"}, 422),
        ("holds/", {"kind": "hardship", "ends_at": "2020-01-01T00:00:00Z"}, 422),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    signed_in: Client, debtor: Debtor, below: str, body: dict[str, Any], status: int
) -> None:
    answer = post(signed_in, debtor, below, body, f'"{debtor.customer.version}"')
    assert answer.status_code == status
    assert answer.json()
    assert not Event.objects.filter(customer=debtor.customer).exists()


def test_an_auditor_reads_and_writes_nothing(client: Client, debtor: Debtor, auditor: Staff) -> None:
    client.force_login(auditor)
    tag = client.get(address(debtor)).headers["ETag"]
    assert post(client, debtor, "notes/", {"text": "x"}, tag).status_code == 403


def test_a_request_from_another_site_is_refused(collector: Staff, debtor: Debtor) -> None:
    """A session alone does not write: the token of the page is asked for."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(collector)
    assert post(strict, debtor, "notes/", {"text": "x"}, '"1"').status_code == 403


def test_the_worklist_is_the_persons_own(signed_in: Client, debtor: Debtor) -> None:
    factories.make_debtor(branch=factories.make_branch("SH"))
    body = signed_in.get("/api/worklist/?queue=to_contact").json()
    assert [row["customer_no"] for row in body["rows"]] == [debtor.customer.customer_no]
    assert body["counts"]["to_contact"] == 1
    assert body["next_after"] is None
    assert debtor.customer.name not in json.dumps(body, ensure_ascii=False)


def test_a_page_takes_the_same_queries_for_one_row_and_many(
    signed_in: Client, django_assert_num_queries: Any, debtor: Debtor
) -> None:
    signed_in.get("/api/worklist/")  # the first visit also writes its session
    with CaptureQueriesContext(connection) as one:
        signed_in.get("/api/worklist/?queue=to_contact")
    for _ in range(3):
        factories.make_debtor()
    with django_assert_num_queries(len(one)):
        rows = signed_in.get("/api/worklist/?queue=to_contact").json()["rows"]
    assert len(rows) == Account.objects.count() == 4


@pytest.mark.parametrize("query", ["queue=nothing", "queue=to_contact&after=x"])
def test_a_wrong_question_is_answered_with_400(signed_in: Client, query: str) -> None:
    assert signed_in.get(f"/api/worklist/?{query}").status_code == 400


@pytest.mark.parametrize(
    ("below", "body", "kind"),
    [("notes/", {"text": "已联系"}, "note.added"), ("holds/", {"kind": "hardship"}, "hold.placed")],
)
def test_a_write_with_a_key_is_done_once(
    signed_in: Client, debtor: Debtor, below: str, body: dict[str, Any], kind: str
) -> None:
    """The repeat gets the first answer; the same key with another body is refused, and a bad key too."""

    def send(key: str, sent: dict[str, Any]) -> Any:
        headers = {"If-Match": f'"{debtor.customer.version}"', "Idempotency-Key": key}
        return signed_in.post(address(debtor, below), json.dumps(sent), "application/json", headers=headers)

    key = "5f0c8e1a-7a40-4f0e-9a51-0c8e1a7a404f"
    first, again = send(key, body), send(f'"{key}"', body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Event.objects.filter(kind=kind).count() == 1
    other = send(key, body | {"text": "另一句"})
    assert (other.status_code, other.json()["code"]) == (409, "form_key_reused")
    assert send("short", body).status_code == 400
    assert Event.objects.filter(kind=kind).count() == 1


def test_a_hand_off_carries_what_it_must_or_is_refused_in_words(signed_in: Client, debtor: Debtor) -> None:
    """422 names what lacks; the whole one is opened, and only once under its key."""
    body = {"kind": "waiver_request", "carries": {"component": "违约金", "amount": "120.00"}}
    refused = post(signed_in, debtor, "handoffs/", body, '"1"')
    assert (refused.status_code, refused.json()["code"]) == (422, "handoff_lacks")
    assert "依据" in refused.json()["detail"]
    assert post(signed_in, debtor, "handoffs/", body, None).status_code == 428
    whole = body | {"carries": {"component": "违约金", "amount": "120.00", "ground": "扣款失败"}}
    answers = [
        signed_in.post(
            address(debtor, "handoffs/"), json.dumps(whole), content_type="application/json",
            headers={"If-Match": '"1"', "Idempotency-Key": "k" * 24},
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["handoff"] == answers[1].json()["handoff"] == HandOff.objects.get().id
    assert answers[0].json()["to"] == "collections"
