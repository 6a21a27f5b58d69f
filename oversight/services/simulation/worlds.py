"""Databases of a simulation: made for one run in the embedded server, and dropped after it.

The product's services know one database, ``default``. A world puts its own there while it is entered, so that every
service, selector and trigger works in it as it does in the bank.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.utils import CursorWrapper

PREFIX = "onecase_simulation_"
_DEFAULT = "default"


class NotThrowAwayError(Exception):
    """The simulation was asked for where the database is not the embedded one."""


class _Quiet(DatabaseWrapper):
    """A connection without anybody to wake: no screen looks at these records, and no worker takes their tasks."""

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        """Leave out what would follow a commit."""


class World:
    """One database of a run, and the name under which its rows are known."""

    def __init__(self, name: str, database: str) -> None:
        """Name a world and its database; nothing is opened yet."""
        self.name = name
        self.database = database
        self._connection: DatabaseWrapper | None = None

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let everything inside work in this world's database."""
        before = connections[_DEFAULT]
        if self._connection is None:
            self._connection = _connection(self.database)
        connections[_DEFAULT] = self._connection
        try:
            yield
        finally:
            connections[_DEFAULT] = before

    def close(self) -> None:
        """Close the connection; entering opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def throw_away(*, template: str = "") -> Iterator["Databases"]:
    """Give databases for one run, made as they are asked for, and drop them all at the end, whatever happens.

    ``template`` is an empty database with the tables; without it one is made by the migrations. Raise
    NotThrowAwayError when the server is not the embedded one.
    """
    if settings.PRODUCTION or not settings.EMBEDDED_DATABASE:
        raise NotThrowAwayError
    databases = Databases()
    try:
        databases.begin(template)
        yield databases
    finally:
        databases.drop()


class Databases:
    """The databases of one run. Their names begin with its process, so that what a killed run left is known."""

    def __init__(self) -> None:
        """Choose the names of a run."""
        self._stem = f"{PREFIX}{os.getpid()}_{secrets.token_hex(3)}"
        self._made: list[World] = []

    def begin(self, template: str) -> None:
        """Drop what killed runs have left, and make the first database: a copy of the template, or a migrated one."""
        with _server() as server:
            for name in _left(server):
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.first = self._make("first", template or "template1")
        if not template:
            _make_tables(self.first)

    def copy(self, world: World, name: str) -> World:
        """Make a world that begins as another one is now."""
        world.close()
        return self._make(name, world.database)

    def drop(self) -> None:
        """Drop every database of the run."""
        with _server() as server:
            for world in self._made:
                world.close()
                server.execute(f'DROP DATABASE IF EXISTS "{world.database}" WITH (FORCE)')

    def _make(self, name: str, template: str) -> World:
        world = World(name, f"{self._stem}_{len(self._made)}")
        with _server() as server:
            # Its files are copied: quicker than writing them through the log, and nobody else's checkpoint matters.
            server.execute(f'CREATE DATABASE "{world.database}" TEMPLATE "{template}" STRATEGY file_copy')
        self._made.append(world)
        return world


def _make_tables(world: World) -> None:
    """Make the tables of an empty world, in a process of its own as that command asks (config, ``make_tables``)."""
    address = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + world.database
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "make_tables"]
    subprocess.run(command, env={**os.environ, "DATABASE_URL": address}, check=True)  # noqa: S603  our own command


def _connection(database: str) -> DatabaseWrapper:
    values = {**connections[_DEFAULT].settings_dict, "NAME": database}
    # What a power cut takes is made again from the same seed.
    values["OPTIONS"] = {**values["OPTIONS"], "options": "-c synchronous_commit=off"}
    return _Quiet(values, alias=_DEFAULT)


@contextmanager
def _server() -> Iterator[CursorWrapper]:
    """Give a cursor of the server's own database, outside any transaction."""
    connection = DatabaseWrapper({**connections[_DEFAULT].settings_dict, "NAME": "postgres"}, alias=_DEFAULT)
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _left(server: CursorWrapper) -> list[str]:
    """Return the databases of runs whose process is gone."""
    server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return [name for (name,) in server.fetchall() if not _lives(name)]


def _lives(name: str) -> bool:
    process = name.removeprefix(PREFIX).split("_", 1)[0]
    return os.path.exists(f"/proc/{process}")
