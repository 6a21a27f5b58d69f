"""A password that an administrator gives is for three days, and for nothing but choosing one's own."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from collections_app.models import Staff
from collections_app.services import organisation
from collections_app.services.records import SYSTEM
from tests import factories

LOGIN = "/accounts/login/"
CHANGE = "/accounts/password/change/"
GIVEN = "given for three days"
OWN = "a phrase nobody else knows"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ignore_template_errors]


@pytest.fixture
def newcomer(now: Any) -> Staff:
    """A collector whose password an administrator has just set."""
    person = factories.make_staff("collector")
    return organisation.save_staff(row=person, actor=SYSTEM, now=now, password=GIVEN)


def sign_in(client: Client, person: Staff, password: str) -> Any:
    return client.post(LOGIN, {"login": person.username, "password": password})


def change(client: Client, old: str, new: str) -> Any:
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def test_nothing_opens_before_it_is_changed(client: Client, newcomer: Staff) -> None:
    """Pages and fragments lead to the change, the API says why; leaving and the language stay open."""
    assert sign_in(client, newcomer, GIVEN).status_code == 302
    for address in ("/", "/find/", "/accounts/2fa/", "/accounts/email/"):
        assert client.get(address).headers["Location"] == CHANGE, address
    assert client.get("/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == CHANGE
    answer = client.get("/api/worklist/")
    assert (answer.status_code, answer.json()) == (403, {"code": "password_to_be_changed", "change_at": CHANGE})
    assert client.get("/live/").status_code == 403
    page = client.get(CHANGE)
    assert page.status_code == 200
    assert "这是管理员为您设置的密码" in page.content.decode()
    assert client.get("/accounts/logout/").status_code == 200


def test_the_change_opens_everything_in_the_same_session(client: Client, newcomer: Staff) -> None:
    sign_in(client, newcomer, GIVEN)
    changed = change(client, GIVEN, OWN)
    assert (changed.status_code, changed.headers["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.given_password_until is None
    assert newcomer.check_password(OWN)


def test_the_given_password_is_no_password_of_ones_own(client: Client, newcomer: Staff) -> None:
    sign_in(client, newcomer, GIVEN)
    assert "这是您现在的密码" in change(client, GIVEN, GIVEN).content.decode()
    assert client.get("/").headers["Location"] == CHANGE


def test_after_three_days_it_signs_nobody_in(client: Client, newcomer: Staff, now: Any) -> None:
    with time_machine.travel(now + timedelta(days=2, hours=23), tick=False):
        assert sign_in(client, newcomer, GIVEN).headers["Location"] != LOGIN
        client.logout()
    with time_machine.travel(now + timedelta(days=3, seconds=1), tick=False):
        refused = sign_in(client, newcomer, GIVEN)
        assert refused.headers["Location"] == LOGIN
        assert "管理员为您设置的密码已过期" in client.get(LOGIN).content.decode()
        assert "_auth_user_id" not in client.session


def test_ones_own_password_does_not_expire(client: Client, now: Any) -> None:
    person = factories.make_staff("collector")
    with time_machine.travel(now + timedelta(days=300), tick=False):
        assert sign_in(client, person, "correct horse battery").headers["Location"] == "/"


def test_a_new_password_ends_the_sessions_there_are(client: Client, now: Any) -> None:
    person = factories.make_staff("collector")
    client.force_login(person)
    assert client.get("/").status_code == 200
    organisation.save_staff(row=Staff.objects.get(pk=person.pk), actor=SYSTEM, now=now, password=GIVEN)
    assert client.get("/").headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize("page", ["", "done/", "key/1-abc/", "key/done/"])
def test_nothing_is_reset_by_e_mail(client: Client, page: str) -> None:
    """Administrators give new passwords."""
    assert client.get(f"/accounts/password/reset/{page}").status_code == 404
    assert client.post(f"/accounts/password/reset/{page}", {"email": "a@example.com"}).status_code == 404
