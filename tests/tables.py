"""The tables are made once a run: each worker's database is a copy."""

import fcntl
import os
import subprocess
import sys
from contextlib import closing
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
    from django.conf import settings
    from django.db import connection as own

    name = own.creation._get_test_db_name()
    with MADE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with closing(_server(settings.DATABASES["default"])) as server:
            if not (MADE.exists() and MADE.read_text(encoding="ascii") == fingerprint):
                MADE.unlink(missing_ok=True)
                _anew(server, _PATTERN)
                _make(settings.DATABASE_URL, _PATTERN)
                MADE.write_text(fingerprint, encoding="ascii")
            _anew(server, name, f"TEMPLATE {_PATTERN}")


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
