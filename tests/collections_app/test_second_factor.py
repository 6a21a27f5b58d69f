"""One-time codes are demanded per role, by a row an administrator changes."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from collections_app.admin.seen import mark_of
from collections_app.models import RolePolicy, Staff
from collections_app.services import role_policies
from collections_app.services.errors import NotAllowedError
from collections_app.services.records import Actor
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
SET_UP = "/accounts/2fa/totp/activate/"


@pytest.fixture
def no_n_plus_one() -> None:
    """Several visits in one test each read their own session."""


@pytest.fixture
def demanded() -> None:
    RolePolicy.objects.create(role="supervisor", totp_required=True)


def test_nothing_is_demanded_of_a_role_without_a_policy(client: Client, supervisor: Staff) -> None:
    client.force_login(supervisor)
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("demanded")
def test_who_owes_the_second_factor_gets_no_further(client: Client, supervisor: Staff, collector: Staff) -> None:
    """Every page leads to setting it up; leaving and setting it up are open; other roles notice nothing."""
    client.force_login(supervisor)
    assert client.get("/").headers["Location"] == SET_UP
    assert client.get("/oversight/").headers["Location"] == SET_UP
    assert client.get("/accounts/logout/").status_code == 200
    # Setting it up asks for the password again, as allauth does.
    assert not client.get(SET_UP).headers.get("Location", "").startswith(SET_UP)
    client.force_login(collector)
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("demanded")
def test_a_fragment_sends_the_whole_page_and_the_api_says_why(client: Client, supervisor: Staff) -> None:
    client.force_login(supervisor)
    fragment = client.get("/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, SET_UP)
    answer = client.get("/api/worklist/")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")


@pytest.mark.usefixtures("demanded")
def test_who_has_set_it_up_goes_on(client: Client, supervisor: Staff) -> None:
    Authenticator.objects.create(user=supervisor, type=Authenticator.Type.TOTP, data={})
    client.force_login(supervisor)
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("demanded")
def test_recovery_codes_alone_are_no_second_factor(client: Client, supervisor: Staff) -> None:
    Authenticator.objects.create(user=supervisor, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(supervisor)
    assert client.get("/").headers["Location"] == SET_UP


def test_an_administrator_demands_it(client: Client, supervisor: Staff) -> None:
    """The switch in the administration holds from the next page on."""
    role_policies.load()
    assert role_policies.load() == 0
    policy = RolePolicy.objects.get(role="supervisor")
    client.force_login(factories.make_staff("administrator"))
    address = f"/admin/collections_app/rolepolicy/{policy.pk}/change/"
    assert (
        client.post(address, {"role": "supervisor", "totp_required": "on", "_seen": mark_of(policy)}).status_code == 302
    )
    client.force_login(supervisor)
    assert client.get("/").headers["Location"] == SET_UP


def test_a_supervisor_does_not(supervisor: Staff) -> None:
    with pytest.raises(NotAllowedError):
        role_policies.save(policy=RolePolicy(role="supervisor"), actor=Actor.of(supervisor))
