"""A web process keeps connections between requests, and nothing of whoever had one before."""

import os
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ProgrammingError

from config import checks
from config.postgresql import kept as pool
from config.postgresql.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keeping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep two connections, and none afterwards: a test's database could not be dropped under them."""
    monkeypatch.setattr(kept, "most", 2)
    yield
    kept.empty()


def wrapper() -> BaseDatabaseWrapper:
    """Return a connection of its own, as another request's thread has."""
    return connections.create_connection("default")


def ask(asked: BaseDatabaseWrapper, sql: str) -> object:
    """Return the one value of a query."""
    with asked.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def backend(of: BaseDatabaseWrapper) -> object:
    """Return which server process answers."""
    return ask(of, "SELECT pg_backend_pid()")


def test_the_next_request_gets_the_connection_and_nothing_of_the_one_before() -> None:
    first = wrapper()
    before = backend(first)
    with first.cursor() as cursor:
        cursor.execute("SET application_name = 'somebody'")
        cursor.execute("SELECT pg_advisory_lock(4711)")
        cursor.execute("CREATE TEMP TABLE mine (n int)")
    first.close()
    second = wrapper()
    assert backend(second) == before
    assert ask(second, "SHOW application_name") != "somebody"
    assert ask(second, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()") == 0
    with pytest.raises(ProgrammingError):
        ask(second, "SELECT count(*) FROM mine")
    second.close()


def test_a_connection_the_server_has_ended_is_not_given_out() -> None:
    """PostgreSQL was started again: the next request opens a new one instead of failing."""
    first, other = wrapper(), wrapper()
    before = backend(first)
    # Opened while the first is in use, so that it is another.
    assert backend(other) != before
    first.close()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    assert backend(first) != before
    first.close()
    other.close()


def test_a_connection_that_met_an_error_is_closed() -> None:
    first = wrapper()
    before = backend(first)
    with pytest.raises(ProgrammingError):
        ask(first, "SELECT nothing FROM nowhere")
    first.close()
    assert backend(first) != before
    first.close()


def test_a_connection_closed_inside_a_transaction_is_closed() -> None:
    """Whoever opened the transaction still holds it: nobody else may be given it."""
    first = wrapper()
    before = backend(first)
    connections["default"].ensure_connection()
    first.set_autocommit(False)
    first.in_atomic_block = True
    first.close()
    second = wrapper()
    assert backend(second) != before
    second.close()


def test_no_more_are_kept_than_told_and_none_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = [wrapper() for _ in range(3)]
    before = {backend(each) for each in opened}
    for each in opened:
        each.close()
    again = [wrapper() for _ in range(3)]
    assert len(before & {backend(each) for each in again}) == 2
    for each in again:
        each.close()
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.0)
    late = wrapper()
    assert backend(late) not in before
    late.close()


def test_a_forked_process_does_not_use_its_parents_connections() -> None:
    first = wrapper()
    backend(first)
    first.close()
    assert any(kept._idle.values())
    child = os.fork()
    if not child:
        os._exit(1 if any(kept._idle.values()) else 0)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    with transaction.atomic():
        assert any(kept._idle.values())


def test_a_pooler_that_shares_server_processes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind PgBouncer in transaction mode two open connections are answered by one process."""
    assert checks.own_server_processes(databases=["default"]) == []
    assert checks.own_server_processes(databases=None) == []
    monkeypatch.setattr(checks, "_process", lambda _connection: 4711)
    assert [found.id for found in checks.own_server_processes(databases=["default"])] == ["onecase.E001"]
    with pytest.raises(SystemCheckError, match="pool_mode = session"):
        call_command("migrate", "--plan", skip_checks=False)
