"""Signing in: lockout, second factor, time-out, and accounts that only an administrator gives."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django_celery_beat.models import PeriodicTask

from collections_app.admin.schedule import last_run
from collections_app.admin.sign_in import when
from collections_app.domain.sessions import LAST_ACTIVE
from collections_app.services import clock
from collections_app.services import sign_in as sign_in_service
from collections_app.services.records import Actor
from tests import factories

PASSWORD = "a long enough password"
LOGIN = "/accounts/login/"
# Any page that asks for a session will do.
A_PAGE = "/accounts/password/change/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def collector():
    return make("collector")


def make(role: str):
    user = factories.make_staff(role)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, user, password=PASSWORD):
    return client.post(LOGIN, {"login": user.username, "password": password})


def test_the_right_password_signs_in(client, collector):
    """The plain case, and it leads to the desk."""
    response = sign_in(client, collector)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(collector.pk)


def test_what_django_notes_by_itself_is_by_the_applications_clock(client, settings):
    """A demo, or a test of another day, shows one time everywhere: sign-in, administration's log, failures, tasks."""
    settings.CLOCK_SHIFT = timedelta(days=100)
    administrator = make("administrator")
    sign_in(client, administrator, "wrong")
    sign_in(client, administrator)
    administrator.refresh_from_db()
    entry = LogEntry.objects.create(user=administrator, action_flag=CHANGE)
    failed = AccessAttempt(attempt_time=timezone.now())
    for at in (administrator.last_login, entry.action_time, when(failed)):
        assert abs(at - clock.now()) < timedelta(minutes=1), at
    later = date_format(timezone.localtime(clock.now()), "DATE_FORMAT")
    assert later in last_run(PeriodicTask(last_run_at=timezone.now()))


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client, collector):
    """The lock is the account's, wherever the attempts come from."""
    for _attempt in range(5):
        sign_in(client, collector, "wrong")
    response = sign_in(client, collector)
    assert response.status_code == 429
    assert "账号已锁定" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_lock_ends_by_itself(client, collector, now, settings):
    """Waiting is enough; nobody is locked out for good."""
    for _attempt in range(5):
        sign_in(client, collector, "wrong")
    with time_machine.travel(now + settings.AXES_COOLOFF_TIME + timedelta(seconds=1), tick=False):
        assert sign_in(client, collector).status_code == 302


def test_one_persons_lock_leaves_the_others_alone(client, collector):
    """A branch shares one address."""
    other = make("supervisor")
    for _attempt in range(5):
        sign_in(client, collector, "wrong")
    assert sign_in(client, other).status_code == 302


def test_nobody_signs_up(client):
    """Accounts are given by an administrator."""
    answer = {"username": "mallory", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", answer)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_half_an_hour_without_an_act_signs_out(client, collector, now, settings):
    """An unattended desk is nobody's desk."""
    client.force_login(collector)
    assert client.get(A_PAGE).status_code == 200
    with time_machine.travel(now + timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1), tick=False):
        response = client.get(A_PAGE)
    assert response["Location"] == f"{LOGIN}?next={A_PAGE}"
    assert [str(message) for message in get_messages(response.wsgi_request)]
    assert "_auth_user_id" not in client.session


def test_what_a_page_fetches_by_itself_does_not_keep_the_session_open(client, collector, now, settings):
    """An open screen that refreshes its panels is not a person at work."""
    client.force_login(collector)
    client.get(A_PAGE)
    for minutes in (10, 20, 29):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert client.get(A_PAGE, headers={"X-Passive": "1"}).status_code == 200
    with time_machine.travel(now + timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1), tick=False):
        assert client.get(A_PAGE, headers={"X-Passive": "1"}).status_code == 302


def test_an_act_keeps_the_session_open(client, collector, now):
    """Half an hour counts from the last act."""
    client.force_login(collector)
    for minutes in (0, 25, 50, 75):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert client.get(A_PAGE).status_code == 200


def test_a_fragment_is_told_that_nobody_is_signed_in(client, collector, now, settings):
    """A sign-in form inside a panel would hide what happened, and leaving the page would lose what was typed."""
    client.force_login(collector)
    client.get(A_PAGE)
    with time_machine.travel(now + timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1), tick=False):
        response = client.get(A_PAGE, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (401, "#signed-out")
    assert LOGIN in response.content.decode()


def test_idle_time_is_written_rarely(client, collector, now):
    """A write per request would cost each page a query."""
    client.force_login(collector)
    client.get(A_PAGE)
    with time_machine.travel(now + timedelta(seconds=10), tick=False):
        client.get(A_PAGE)
    assert client.session[LAST_ACTIVE] == int(now.timestamp())


def test_a_role_that_needs_a_second_factor_sets_it_up_first(client, settings):
    """Nothing else opens before."""
    settings.SECOND_FACTOR_ROLES = frozenset({"administrator"})
    administrator = make("administrator")
    sign_in(client, administrator)
    assert client.get("/admin/")["Location"] == reverse("mfa_activate_totp")
    TOTP.activate(administrator, generate_totp_secret())
    assert client.get("/admin/").status_code == 200


def test_a_second_factor_is_asked_for_at_sign_in(client, collector):
    """The password alone does not sign in any more."""
    TOTP.activate(collector, generate_totp_secret())
    response = sign_in(client, collector)
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session


def test_wrong_codes_lock_the_account_like_wrong_passwords(client, collector):
    """Whoever knows a password cannot try all codes: after five, the right one opens nothing, from any browser."""
    secret = generate_totp_secret()
    TOTP.activate(collector, secret)
    sign_in(client, collector)
    wrong = [client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}).status_code for number in range(5)]
    assert wrong == [200, 200, 200, 200, 429]
    right = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post(reverse("mfa_authenticate"), {"code": right}).status_code == 429
    assert "_auth_user_id" not in client.session
    assert sign_in(Client(), collector).status_code == 429


def test_another_spelling_of_the_name_is_the_same_account(client, collector):
    """People are found whatever the case of their letters; tries at them are counted so too."""
    own = collector.username
    for name in (own, own.upper(), own.title(), f" {own}", f"{own[0]}{own[1:].upper()}"):
        client.post(LOGIN, {"login": name, "password": "wrong"})
    assert sign_in(client, collector).status_code == 429
    assert sign_in_service.unlock(username=collector.username.upper(), actor=Actor.of(make("administrator"))) > 0
    assert sign_in(client, collector).status_code == 302


def test_a_demanded_second_factor_cannot_be_taken_off(settings):
    """Otherwise the demand would end with the first sign-in."""
    from allauth.mfa.adapter import get_adapter

    settings.SECOND_FACTOR_ROLES = frozenset({"administrator"})
    for role, may in (("administrator", False), ("collector", True)):
        authenticator = TOTP.activate(make(role), generate_totp_secret()).instance
        assert get_adapter().can_delete_authenticator(authenticator) is may


def test_the_seed_of_one_time_passwords_is_stored_encrypted(collector):
    """A copy of the database does not give the second factor away."""
    secret = generate_totp_secret()
    TOTP.activate(collector, secret)
    stored = Authenticator.objects.get(user=collector).data
    assert secret not in str(stored)
    assert Authenticator.objects.get(user=collector).wrap().validate_code("000000") in {True, False}


def test_administrators_sign_in_where_everybody_does(client):
    """The administration has no second door without lockout and second factor."""
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)
