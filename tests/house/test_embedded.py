"""The embedded servers: two checkouts apart, killed, adopted, and stopped by the last who uses them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from config.embedded import Servers, ensure, places_for, postgres, processes, servers, stop_unused, valkey
from config.embedded.places import LONGEST_SOCKET_DIRECTORY, Places

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def no_addresses(monkeypatch):
    """Take away the addresses that this test run itself uses; they come back afterwards."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "")


@pytest.fixture
def checkout(tmp_path, no_addresses):
    """A directory that could be a clone; its servers end with the test."""
    yield tmp_path
    stop_unused(tmp_path, "demo")


def start(base: Path) -> Servers:
    os.environ["DATABASE_URL"] = os.environ["REDIS_URL"] = ""
    servers = ensure(base, "demo")
    assert servers is not None
    return servers


def ask(places: Places, query: str) -> object:
    connection = psycopg2.connect(host=str(places.sockets), user="onecase", dbname="onecase")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def wait_for_death(pid: int) -> None:
    end = time.monotonic() + 10
    while processes.is_running(pid) and time.monotonic() < end:
        processes.reap(pid)
        time.sleep(0.05)
    assert not processes.is_running(pid)


def test_a_killed_server_comes_back_with_its_rows(checkout):
    """kill -9 of PostgreSQL and Valkey costs a restart, not data."""
    servers = start(checkout)
    ask(servers.places, "CREATE TABLE kept AS SELECT 42 AS answer")
    for lock in (servers.places.postgres_data / "postmaster.pid", valkey.pid_file(servers.places)):
        pid = processes.read_pid(lock)
        os.kill(pid, signal.SIGKILL)
        wait_for_death(pid)
    again = start(checkout)
    assert ask(again.places, "SELECT answer FROM kept") == 42
    assert valkey.answers(again.places)
    again.release()
    servers.release()


def test_two_checkouts_run_side_by_side(tmp_path, no_addresses):
    """Each checkout has its own servers, and stopping one leaves the other."""
    first, second = start(tmp_path / "first"), start(tmp_path / "second")
    ask(first.places, "CREATE TABLE only_in_first ()")
    assert ask(first.places, "SELECT to_regclass('only_in_first')::text") == "only_in_first"
    assert ask(second.places, "SELECT to_regclass('only_in_first')::text") is None
    first.release()
    assert not postgres.answers(first.places)
    assert not valkey.answers(first.places)
    assert postgres.answers(second.places)
    second.release()


def test_an_orphan_is_adopted_and_stopped_by_the_last_user(checkout):
    """Servers of a process that was killed serve the next one, and end with it."""
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(BASE_DIR)!r})
from pathlib import Path
from config.embedded import ensure
ensure(Path({str(checkout)!r}), "demo")
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, env=os.environ | {"ONECASE_MODE": "test"})
    assert done.returncode == -signal.SIGKILL
    places = places_for(checkout, "demo")
    orphan = processes.read_pid(places.postgres_data / "postmaster.pid")
    assert processes.is_running(orphan)
    first, second = start(checkout), start(checkout)
    assert processes.read_pid(places.postgres_data / "postmaster.pid") == orphan
    first.release()
    assert postgres.answers(places)
    second.release()
    assert not processes.is_running(orphan)


def test_a_stale_lock_file_of_another_program_does_not_stop_the_start(checkout):
    """After a restart of the machine the process number in the lock file may be anybody's."""
    servers = start(checkout)
    lock = servers.places.postgres_data / "postmaster.pid"
    content = lock.read_text(encoding="ascii")
    servers.release()
    lock.write_text(content.replace(content.split("\n", 1)[0], str(os.getppid()), 1), encoding="ascii")
    again = start(checkout)
    assert postgres.answers(again.places)
    again.release()


def test_a_deep_checkout_gets_a_short_private_socket_directory(tmp_path):
    """A unix socket's path is short; a checkout's need not be."""
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    places = places_for(deep, "test")
    assert len(str(places.sockets)) <= LONGEST_SOCKET_DIRECTORY
    assert places.sockets != places_for(deep, "demo").sockets
    assert places == places_for(deep, "test")


def test_another_shell_finds_the_sockets_where_they_were_made(tmp_path, monkeypatch):
    """Its temporary files may lie elsewhere; a copy of the checkout does not take the place of the first."""
    base = tmp_path / ("d" * 60) / ("e" * 60)
    places = places_for(base, "test")
    servers._make_private(places)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert places_for(base, "test") == places
    copy = base.with_name("f" * 60)
    shutil.copytree(base, copy)
    assert places_for(copy, "test").sockets != places.sockets
    places.sockets.rmdir()


def test_chinese_text_can_be_searched_by_likeness(checkout):
    """The locale lets pg_trgm see Chinese, which the C locale does not."""
    servers = start(checkout)
    ask(servers.places, "CREATE EXTENSION pg_trgm")
    assert ask(servers.places, "SELECT similarity('欧阳娜娜', '欧阳娜') > 0.3") is True
    servers.release()


@pytest.mark.parametrize("mode", ["production"])
def test_production_never_starts_servers(tmp_path, no_addresses, mode):
    """A missing address in production is an error of the settings, not a reason to start a server."""
    assert ensure(tmp_path, mode) is None
    assert not (tmp_path / ".onecase").exists()


def test_a_server_left_to_others_is_no_warning(tmp_path):
    """Who started a server may leave first; Python is not to complain of that."""
    code = f"""
import sys
sys.path.insert(0, {str(BASE_DIR)!r})
from pathlib import Path
from config.embedded import processes
print(processes.start(["sleep", "60"], log=Path({str(tmp_path / "log")!r})).pid)
"""
    done = subprocess.run([sys.executable, "-X", "dev", "-c", code], capture_output=True, text=True, check=True)
    processes.stop(int(done.stdout), signal.SIGTERM)
    assert done.stderr == ""
