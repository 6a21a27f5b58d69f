"""Where a session ends: after a day's work, by signing out anywhere, by being let go; and guessing from one address."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from collections_app.admin.seen import mark_of
from collections_app.models import Branch, Staff
from collections_app.services import leaving, organisation, records
from tests import factories

LOGIN = "/accounts/login/"
A_PAGE = "/accounts/password/change/"
PASSWORD = "correct horse battery"

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def signed_in(staff: Staff) -> Client:
    """Return a browser in which the person has signed in by the door."""
    client = Client()
    assert client.post(LOGIN, {"login": staff.username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(A_PAGE).status_code == 200


def test_a_session_ends_twelve_hours_after_sign_in_however_busy_it_is(
    collector: Staff, now: Any, settings: Any
) -> None:
    client = signed_in(collector)
    assert is_in(client)
    for quarter in range(1, 12 * 4 + 1):
        with time_machine.travel(now + timedelta(minutes=15 * quarter), tick=False):
            assert is_in(client), quarter
    with time_machine.travel(now + timedelta(seconds=settings.SESSION_LONGEST_SECONDS + 1), tick=False):
        refused = client.get(A_PAGE)
        assert refused.headers["Location"] == f"{LOGIN}?next={A_PAGE}"
        assert "登录满 12 小时须重新登录" in client.get(refused.headers["Location"]).content.decode()


def test_signing_out_ends_the_sessions_in_all_browsers(collector: Staff) -> None:
    """The next request of the other one leads to sign-in, a fragment gets 401; nobody else notices."""
    office, home = signed_in(collector), signed_in(collector)
    colleague = signed_in(factories.make_staff("collector"))
    assert is_in(office)
    assert is_in(home)
    office.post("/accounts/logout/")
    assert home.get(A_PAGE, headers={"HX-Request": "true"}).status_code == 401
    assert home.get(A_PAGE).headers["Location"] == f"{LOGIN}?next={A_PAGE}"
    assert is_in(colleague)
    assert is_in(signed_in(collector))


@pytest.mark.django_db(transaction=True)
def test_who_is_let_go_is_out_with_the_next_request(collector: Staff, now: Any) -> None:
    client = signed_in(collector)
    assert is_in(client)
    leaving.leave(staff_id=collector.pk, actor=records.SYSTEM, now=now)
    assert client.get(A_PAGE).headers["Location"] == f"{LOGIN}?next={A_PAGE}"
    assert client.get("/api/worklist/").status_code == 403


def test_a_person_is_not_let_go_by_unticking_a_box(collector: Staff, client: Client) -> None:
    """The form says which action does it: accounts would stay with somebody who cannot sign in."""
    client.force_login(factories.make_staff("administrator", scope="institution"))
    form = {
        "username": collector.username,
        "employee_no": collector.employee_no,
        "display_name": collector.display_name,
        "role": "collector",
        "department": "collections",
        "scope": "branch",
        "branch": collector.branch_id,
        "capacity": "0",
        "_seen": mark_of(Staff.objects.get(pk=collector.pk)),
    }
    page = client.post(reverse("admin:collections_app_staff_change", args=[collector.pk]), form)
    assert "请在员工列表中选中该员工" in page.content.decode()
    assert Staff.objects.get(pk=collector.pk).is_active


def test_a_form_read_before_somebody_was_let_go_does_not_let_them_back(collector: Staff, now: Any) -> None:
    """Only what was changed on it is written; the access, the password and the rest stay as they are by now."""
    administrator = factories.make_staff("administrator")
    read_before = Staff.objects.get(pk=collector.pk)
    leaving.leave(staff_id=collector.pk, actor=records.Actor.of(administrator), now=now)
    read_before.display_name = "新的名字"
    organisation.save_staff(row=read_before, actor=records.Actor.of(administrator), now=now, changed=["display_name"])
    collector.refresh_from_db()
    assert (collector.display_name, collector.is_active) == ("新的名字", False)
    assert not collector.has_usable_password()


def test_a_form_of_a_branch_does_not_end_its_standstill(collector: Staff) -> None:
    """Whether a branch is live is said elsewhere, and stays as it was said."""
    by = records.Actor.of(factories.make_staff("administrator"))
    read_before = Branch.objects.get(pk=collector.branch_id)
    organisation.set_live(branch_id=read_before.pk, live=not read_before.live, actor=by)
    was = read_before.live
    read_before.name_en = "Another"
    organisation.save_unit(row=read_before, actor=by, changed=["name_en"])
    read_before.refresh_from_db()
    assert (read_before.name_en, read_before.live) == ("Another", not was)


def test_many_failures_from_one_address_lock_it_for_every_name(client: Client, collector: Staff, settings: Any) -> None:
    """A machine that tries one password on many names is stopped; another address is not, and the page says why."""
    settings.LOGIN_FAILURES_BY_ADDRESS = 12
    for number in range(12):
        assert client.post(LOGIN, {"login": f"somebody{number}", "password": "x"}).status_code == 200
    refused = client.post(LOGIN, {"login": collector.username, "password": PASSWORD})
    assert refused.status_code == 429
    assert "来自您所在网络的登录失败次数过多" in refused.content.decode()
    assert "账号已锁定" not in refused.content.decode()
    elsewhere = Client(REMOTE_ADDR="198.51.100.9")
    assert elsewhere.post(LOGIN, {"login": collector.username, "password": PASSWORD}).status_code == 302


def test_an_addresss_lock_ends_by_itself(client: Client, collector: Staff, now: Any, settings: Any) -> None:
    settings.LOGIN_FAILURES_BY_ADDRESS = 3
    for number in range(3):
        client.post(LOGIN, {"login": f"somebody{number}", "password": "x"})
    with time_machine.travel(now + settings.AXES_COOLOFF_TIME + timedelta(seconds=1), tick=False):
        assert client.post(LOGIN, {"login": collector.username, "password": PASSWORD}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_an_administrator_lets_an_address_in_again(client: Client, collector: Staff, settings: Any) -> None:
    from axes.models import AccessAttempt

    administrator = Client(REMOTE_ADDR="198.51.100.9")
    administrator.force_login(factories.make_staff("administrator", scope="institution"))
    settings.LOGIN_FAILURES_BY_ADDRESS = 3
    for number in range(3):
        client.post(LOGIN, {"login": f"somebody{number}", "password": "x"})
    assert client.post(LOGIN, {"login": collector.username, "password": PASSWORD}).status_code == 429
    chosen = {"action": "unlock_address", "_selected_action": [AccessAttempt.objects.earliest("pk").pk]}
    administrator.post(reverse("admin:axes_accessattempt_changelist"), chosen)
    assert client.post(LOGIN, {"login": collector.username, "password": PASSWORD}).status_code == 302
