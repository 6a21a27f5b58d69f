"""A fresh installation has nobody: one command makes the administrator who lets everybody else in."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from collections_app.models import Staff
from tests import factories

PASSWORD = "a phrase nobody else knows"


def make(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = PASSWORD) -> str:
    """Run the command with a password piped in, and return what it says."""
    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("first_administrator", *arguments, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_the_first_administrator_signs_in_and_sets_up_the_bank(
    monkeypatch: pytest.MonkeyPatch, client: Client, now: Any
) -> None:
    """In a database without a bank, a branch or anybody: their password is their own, and the pages open."""
    assert "gu.an" in make(monkeypatch, "gu.an", "--name", "谷安")
    made = Staff.objects.get()
    assert (made.role, made.scope, made.branch, made.is_staff, made.is_superuser) == (
        "administrator", "none", None, True, True,
    )  # fmt: skip
    assert (made.display_name, made.given_password_until) == ("谷安", None)
    assert made.check_password(PASSWORD)
    client.force_login(made, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/admin/", "/admin/collections_app/institution/add/", "/admin/collections_app/branch/add/"):
        assert client.get(address).status_code == 200, address


@pytest.mark.django_db
def test_a_second_one_is_let_in_by_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has the server but no sign-in makes no administrator beside those there are."""
    there = factories.make_staff("administrator")
    with pytest.raises(CommandError, match=there.username):
        make(monkeypatch, "gu.an", "--name", "谷安")
    assert list(Staff.objects.all()) == [there]


@pytest.mark.django_db
def test_a_password_or_a_number_that_cannot_be_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short, like the user name, common; a number longer than the core's. Nobody is made."""
    for password in ("short", "", "gu.an.gu.an.", "123456789012"):
        with pytest.raises(CommandError):
            make(monkeypatch, "gu.an.gu.an", "--name", "谷安", password=password)
    with pytest.raises(CommandError, match="employee_no"):
        make(monkeypatch, "gu.an", "--name", "谷安", "--employee-no", "1" * 17)
    assert not Staff.objects.exists()


@pytest.mark.django_db
def test_at_a_terminal_it_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip would lock out the only one there is."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    typed = iter([PASSWORD, PASSWORD + "!"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    with pytest.raises(CommandError):
        call_command("first_administrator", "gu.an", "--name", "谷安")
    assert not Staff.objects.exists()
