"""Machine clients: how they prove themselves, what their tokens are for, and how long they hold."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from collections_app.domain.machines import clients as limits
from collections_app.models import MachineClient, MachineToken, MachineUse
from collections_app.services import records
from collections_app.services.errors import RefusedError
from collections_app.services.machines import clients
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.collections_app.machines import Machine, basic, get_token, make_client, make_secret

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def no_n_plus_one() -> None:
    """Several requests in one test each read their own token."""


@pytest.fixture
def dialler(db: None) -> MachineClient:
    return make_client("dialler")


def test_a_client_gets_a_token_that_opens_for_ten_minutes(
    client: Client, dialler: MachineClient, debtor: Debtor, rules: None, now: datetime
) -> None:
    secret = make_secret(dialler, now)
    answer = get_token(client, dialler, secret)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert set(body["scope"].split()) == {"permits.request", "permits.settle", "permits.numbers"}
    assert answer.headers["Cache-Control"] == "no-store"
    machine = Machine(dialler, now)
    machine.token = body["access_token"]
    assert machine.ask(debtor.customer.customer_no).status_code == 201
    with time_machine.travel(now + timedelta(minutes=10, seconds=1), tick=False):
        late = machine.ask(debtor.customer.customer_no)
        assert late.status_code == 401
        assert late.headers["WWW-Authenticate"].startswith("Bearer")


def test_no_secret_and_no_token_is_kept_as_it_is(client: Client, dialler: MachineClient, now: datetime) -> None:
    secret = make_secret(dialler, now)
    token = get_token(client, dialler, secret).json()["access_token"]
    kept = [str(value) for row in MachineClient.objects.values() for value in row.values()]
    kept += [str(value) for row in MachineToken.objects.values() for value in row.values()]
    assert not any(secret in value or token in value for value in kept)
    assert len(token) >= 42


def test_a_wrong_secret_gets_nothing_whatever_is_wrong_with_it(
    client: Client, dialler: MachineClient, now: datetime
) -> None:
    """Also before a first secret was made, and for a client that does not exist."""
    assert get_token(client, dialler, "").status_code == 401
    assert get_token(client, dialler, "x").status_code == 401
    secret = make_secret(dialler, now)
    assert get_token(client, dialler, secret + "x").status_code == 401
    nobody = client.post(
        "/api/oauth/token/", {"grant_type": "client_credentials"}, headers=basic("dialler-nobody", secret), secure=True
    )
    assert nobody.status_code == 401
    assert nobody.json() == get_token(client, dialler, secret + "x").json()
    in_query = client.post(
        f"/api/oauth/token/?client_id={dialler.client_id}&client_secret={secret}",
        {"grant_type": "client_credentials"},
        secure=True,
    )
    assert in_query.status_code == 401
    in_the_open = client.post("/api/oauth/token/", {}, headers=basic(dialler.client_id, secret))
    assert (in_the_open.status_code, in_the_open.json()["error"]) == (400, "insecure_transport")
    assert client.get("/api/oauth/token/").status_code == 405
    assert not MachineToken.objects.exists()


def test_a_body_may_carry_the_secret_too(client: Client, dialler: MachineClient, now: datetime) -> None:
    secret = make_secret(dialler, now)
    body = {"grant_type": "client_credentials", "client_id": dialler.client_id, "client_secret": secret}
    assert client.post("/api/oauth/token/", body, secure=True).status_code == 200


def test_other_grants_and_other_scopes_are_refused(client: Client, dialler: MachineClient, now: datetime) -> None:
    secret = make_secret(dialler, now)
    assert get_token(client, dialler, secret, grant_type="password").status_code == 400
    refused = get_token(client, dialler, secret, scope="telephony.events")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    fewer = get_token(client, dialler, secret, scope="permits.settle").json()
    assert fewer["scope"] == "permits.settle"


def test_who_guesses_from_one_address_is_kept_out(client: Client, dialler: MachineClient, now: datetime) -> None:
    """Even with the right secret, until a quarter of an hour has passed; another address is not."""
    secret = make_secret(dialler, now)
    for _ in range(limits.MOST_REFUSED_TRIES):
        assert get_token(client, dialler, "wrong").status_code == 401
    shut = get_token(client, dialler, secret)
    assert (shut.status_code, shut.headers["Retry-After"]) == (429, "900")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert get_token(elsewhere, dialler, secret).status_code == 200
    with time_machine.travel(now + timedelta(minutes=15, seconds=1), tick=False):
        assert get_token(client, dialler, secret).status_code == 200
    for number in range(limits.MOST_REFUSED_TRIES):
        one_household = Client(REMOTE_ADDR=f"2001:db8:0:2::{number + 1:x}")
        assert get_token(one_household, dialler, "wrong").status_code == 401
    assert get_token(Client(REMOTE_ADDR="2001:db8:0:2:ffff::1"), dialler, secret).status_code == 429


def test_a_new_secret_leaves_a_day_for_the_old_one(client: Client, dialler: MachineClient, now: datetime) -> None:
    old = make_secret(dialler, now)
    new = make_secret(dialler, now)
    assert get_token(client, dialler, old).status_code == get_token(client, dialler, new).status_code == 200
    with time_machine.travel(now + timedelta(hours=24, seconds=1), tick=False):
        assert get_token(client, dialler, old).status_code == 401
        assert get_token(client, dialler, new).status_code == 200


def test_a_leaked_secret_ends_at_once_with_its_tokens(
    client: Client, dialler: MachineClient, debtor: Debtor, now: datetime
) -> None:
    old = make_secret(dialler, now)
    machine = Machine(dialler, now)
    clients.make_secret(client_pk=dialler.pk, actor=records.SYSTEM, now=now, at_once=True)
    assert get_token(client, dialler, old).status_code == 401
    assert machine.ask(debtor.customer.customer_no).status_code == 401


def test_a_revoked_client_opens_nothing_any_more(
    client: Client, dialler: MachineClient, debtor: Debtor, now: datetime
) -> None:
    secret = make_secret(dialler, now)
    machine = Machine(dialler, now)
    clients.revoke(client_pk=dialler.pk, actor=records.SYSTEM, now=now)
    assert machine.ask(debtor.customer.customer_no).status_code == 401
    assert get_token(client, dialler, secret).status_code == 401
    with pytest.raises(RefusedError, match="machine_revoked"):
        clients.make_secret(client_pk=dialler.pk, actor=records.SYSTEM, now=now)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Bearer " + "x" * 5000, "Basic eDp5", "bearer \x01", "Token x"]
)
def test_without_a_token_that_holds_nothing_opens(client: Client, header: str, collector: Any) -> None:
    """Neither does a session of staff: these addresses are for machines."""
    client.force_login(collector)
    for path in ("/api/permits/", "/api/permits/bulk/", "/api/telephony/events/"):
        answer = client.post(path, {}, content_type="application/json", headers={"Authorization": header})
        assert answer.status_code == 401


def test_a_token_is_for_its_scope_and_no_other(dialler: MachineClient, debtor: Debtor, now: datetime) -> None:
    settles = Machine(dialler, now, scopes=["permits.settle"])
    refused = settles.ask(debtor.customer.customer_no)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    asks = Machine(dialler, now, scopes=["permits.request"])
    assert asks.tell("00000000-0000-4000-8000-000000000000", "made").status_code == 403
    assert asks.post("/api/telephony/events/", {}, key=None).status_code == 403


def test_a_machines_token_opens_nothing_of_staffs(dialler: MachineClient, debtor: Debtor, now: datetime) -> None:
    machine = Machine(dialler, now)
    assert machine.get(f"/api/records/{debtor.customer.customer_no}/").status_code == 403
    assert machine.get("/api/worklist/").status_code == 403


def test_more_requests_than_agreed_are_put_off(debtor: Debtor, rules: None, now: datetime) -> None:
    machine = Machine(make_client("dialler", per_minute=2), now)
    for _ in range(2):
        assert machine.ask(debtor.customer.customer_no).status_code < 400
    put_off = machine.ask(debtor.customer.customer_no)
    assert (put_off.status_code, put_off.headers["Retry-After"]) == (429, "60")


def test_every_use_is_kept_and_cannot_be_changed(
    client: Client, dialler: MachineClient, debtor: Debtor, rules: None, now: datetime
) -> None:
    secret = make_secret(dialler, now)
    get_token(client, dialler, secret)
    machine = Machine(dialler, now)
    machine.ask(debtor.customer.customer_no)
    machine.ask("C-nobody")
    kept = list(MachineUse.objects.filter(client=dialler).order_by("id").values_list("action", "status", "items"))
    assert kept == [("token", 200, 0), ("permit", 201, 1), ("permit", 404, 0)]
    with pytest.raises(DatabaseError), transaction.atomic():
        MachineUse.objects.update(status=200)


def test_no_client_is_given_more_than_its_kind_may_have() -> None:
    with pytest.raises(RefusedError, match="machine_beyond_kind"):
        make_client("dialler", channels=["voice", "sms"])
    with pytest.raises(RefusedError, match="machine_beyond_kind"):
        make_client("telephony", scopes=["permits.request"])


def test_a_change_ends_the_tokens_and_keeps_the_kind(dialler: MachineClient, debtor: Debtor, now: datetime) -> None:
    machine = Machine(dialler, now)
    clients.save(row=dialler, branches=[], actor=records.SYSTEM, now=now)
    assert machine.ask(debtor.customer.customer_no).status_code == 401
    dialler.kind = "agency"
    with pytest.raises(RefusedError, match="machine_kind_stands"):
        clients.save(row=dialler, branches=[], actor=records.SYSTEM, now=now)


def test_old_tokens_are_forgotten(dialler: MachineClient, now: datetime) -> None:
    Machine(dialler, now)
    assert clients.forget_expired(now=now + timedelta(hours=24)) == 0
    assert clients.forget_expired(now=now + timedelta(hours=25)) == 1


def test_an_administrator_makes_a_client_and_sees_its_secret_once(client: Client, now: datetime) -> None:
    """On the page of the action and nowhere else: no message, no log, no other page has it."""
    client.force_login(factories.make_staff("administrator"))
    branch = factories.make_branch()
    body = {
        "name": "外呼",
        "kind": "dialler",
        "channels": ["voice"],
        "scopes": ["permits.request"],
        "branches": [branch.pk],
        "script_version": "S-1",
        "per_minute": "60",
    }
    beyond = client.post(reverse("admin:collections_app_machineclient_add"), body | {"channels": ["sms"]})
    assert beyond.status_code == 200
    assert not MachineClient.objects.exists()
    assert client.post(reverse("admin:collections_app_machineclient_add"), body).status_code == 302
    row = MachineClient.objects.get()
    assert (row.secret_hash, list(row.branches.all())) == ("", [branch])
    listed = reverse("admin:collections_app_machineclient_changelist")
    act = {"action": "make_secret", "_selected_action": [row.pk]}
    asked = client.post(listed, act)
    assert MachineClient.objects.get().secret_hash == ""
    assert asked.status_code == 200
    page = client.post(listed, act | {"confirmed": "yes"})
    (shown,) = page.context["made"]
    assert shown[1] in page.content.decode()
    assert limits.digest(shown[1]) == MachineClient.objects.get().secret_hash
    assert "no-store" in page.headers["Cache-Control"]
    assert shown[1] not in client.get(listed).content.decode()
    assert shown[1] not in str(client.session.items())


def test_a_placement_manager_places_and_calls_back(client: Client, debtor: Debtor, now: datetime) -> None:
    client.force_login(factories.make_staff("placement_manager"))
    agency = make_client("agency", branches=[])
    add = reverse("admin:collections_app_placement_add")
    assert client.post(add, {"client": agency.pk, "account_number": "0000"}).status_code == 200
    placed = {"client": agency.pk, "account_number": debtor.account.account_no}
    assert "委外须先告知债务人" in client.post(add, placed).content.decode()
    type(debtor.account).objects.filter(pk=debtor.account.pk).update(outsource_notice_at=now)
    assert client.post(add, placed).status_code == 302
    debtor.account.refresh_from_db()
    assert debtor.account.placement == "placed"
    placement = agency.placements.get()
    listed = reverse("admin:collections_app_placement_changelist")
    client.post(listed, {"action": "recall", "_selected_action": [placement.pk]})
    debtor.account.refresh_from_db()
    assert debtor.account.placement == "in_house"
    assert client.get(reverse("admin:collections_app_machineclient_changelist")).status_code == 403
