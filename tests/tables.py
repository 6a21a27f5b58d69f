"""The tables are made once a run: each worker's database is a copy.

As a program it makes them and nothing else, while the workers look for the tests: `python -m tests.tables FINGERPRINT`.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection, make_dsn, quote_ident

BASE_DIR = Path(__file__).resolve().parent.parent
MADE = BASE_DIR / ".onecase" / "test" / "tables"
_PATTERN = "onecase_tables"


def anew() -> None:
    """Give this process a test database with all tables and nothing in them, whatever an earlier run has left there."""
    from django.conf import settings
    from django.db import connection as own

    name = own.creation._get_test_db_name()
    with closing(_server(settings.DATABASES["default"])) as server:
        _anew(server, name)
    _make(settings.DATABASE_URL, name)
    use()


def use() -> None:
    """Connect this process to its test database, whose tables are there."""
    from django.db import connection as own

    name = own.creation._get_test_db_name()
    own.close()
    own.settings_dict["NAME"] = name


def copy(fingerprint: str) -> None:
    """Make this process's test database a copy of one with all tables, which the first process makes."""
    from django.db import connection as own

    with _made(fingerprint) as server:
        _anew(server, own.creation._get_test_db_name(), f"TEMPLATE {_PATTERN}")


def make_beside(fingerprint: str) -> "subprocess.Popen[bytes] | None":
    """Begin to make what all workers copy, unless it is there; whoever copies first waits for it."""
    if _is_made(fingerprint):
        return None
    command = [sys.executable, "-m", "tests.tables", fingerprint]
    return subprocess.Popen(command, cwd=BASE_DIR, start_new_session=True)  # noqa: S603  ourselves


@contextmanager
def _made(fingerprint: str) -> Iterator["connection"]:
    """See that the tables are there, alone; yield a connection to the server."""
    from django.conf import settings

    with MADE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with closing(_server(settings.DATABASES["default"])) as server:
            if not _is_made(fingerprint):
                MADE.unlink(missing_ok=True)
                _anew(server, _PATTERN)
                _make(settings.DATABASE_URL, _PATTERN)
                MADE.write_text(fingerprint, encoding="ascii")
            yield server


def _is_made(fingerprint: str) -> bool:
    return MADE.exists() and MADE.read_text(encoding="ascii") == fingerprint


def _server(database: dict[str, object]) -> "connection":
    found = psycopg2.connect(
        make_dsn(
            dbname="postgres",
            **{
                key: database[setting]
                for key, setting in (("host", "HOST"), ("port", "PORT"), ("user", "USER"), ("password", "PASSWORD"))
                if database.get(setting)
            },
        )
    )
    found.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return found


def _anew(server: "connection", name: str, way: str = "") -> None:
    with server.cursor() as cursor:
        quoted = quote_ident(name, cursor)
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted} {way}")


def _make(url: str, name: str) -> None:
    """Make the tables of a database in a process of its own, whose shortcuts end with it."""
    address = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    subprocess.run(
        [sys.executable, "manage.py", "make_tables"],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": address},
        check=True,
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with _made(sys.argv[1]):
        pass
