"""Rows that are made once: services make them for the first test, and the same rows are copied for the next.

    @pytest.fixture
    @remembered
    def debtor(db: None) -> Debtor:
        return Debtor(*factories.make_debtor())

The makers of tests/factories.py are remembered as well, where fixtures use them.

What a test finds is what the services left in the database, row by row; triggers and derivation have had their say when
the rows were made. Only what is known to begin from the same rows is copied: whatever else writes before, a test that
commits, changed settings and rows a whole module stands on let everything be made anew.
"""

import copy
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, timedelta
from datetime import time as clock_time
from decimal import Decimal
from functools import partial, wraps
from io import BytesIO
from types import FunctionType
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import pytest
import time_machine
from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.db.models import Model

from tests import emptying

P = ParamSpec("P")
Made = TypeVar("Made")
Rows = dict[str, frozenset[bytes]]
# What is told apart by what it says.
_PLAIN = (str, bytes, int, float, Decimal, date, clock_time, timedelta, UUID)


@dataclass(eq=False)
class State:
    """Rows that the database holds, and what comes next from there."""

    rows: Rows
    next: dict[object, "Step"] = field(default_factory=dict)


@dataclass(eq=False)
class Step:
    """What was returned, how it changed the rows, and the rows it led to."""

    value: Any
    gone: list[tuple[str, list[str]]]
    came: list[tuple[str, bytes]]
    state: State


@dataclass
class Present:
    """Where the test being set up stands; no state where nobody knows."""

    state: State | None = None
    inside: bool = False
    # The copies this test has of remembered objects, and of which they are.
    copies: dict[int, Any] = field(default_factory=dict)
    originals: dict[int, Any] = field(default_factory=dict)


_present = Present()
# By database, and by whether a test has emptied it yet: before that it holds what the migrations left.
_beginnings: dict[tuple[str, bool], State] = {}


def remembered(make: Callable[P, Made]) -> Callable[P, Made]:
    """Let a fixture or a maker make its rows once, and be given copies of them and of what it returned afterwards.

    For what does nothing but write rows: no files, no cache, nobody else's objects.
    """

    @wraps(make)
    def given(*args: P.args, **kwargs: P.kwargs) -> Made:
        state = _present.state
        if state is None or _present.inside or isinstance(settings._wrapped, UserSettingsHolder):
            return make(*args, **kwargs)
        if _changed():
            forget()
            return make(*args, **kwargs)
        at = time.time() if time_machine.escape_hatch.is_travelling() else None
        key = (make, at, _told_apart(args), _told_apart(kwargs))
        step = state.next.get(key)
        if step is None:
            return _made(state, key, partial(make, *args, **kwargs))
        _lay(step)
        _present.state = step.state
        value: Made = _copied(step.value)
        return value

    return given


def forget() -> None:
    """Say that rows were written of which nobody takes note here."""
    if not _present.inside:
        _present.state = None


def _told_apart(value: Any) -> object:
    """Return what an argument differs by from another one in the same place."""
    original = _present.originals.get(id(value))
    if original is not None:
        return id(original)
    if isinstance(value, Model):
        return type(value), value.pk
    if isinstance(value, dict):
        return tuple((name, _told_apart(item)) for name, item in value.items())
    if type(value) in {tuple, list}:
        return type(value), tuple(map(_told_apart, value))
    if isinstance(value, set | frozenset):
        return type(value), frozenset(map(_told_apart, value))
    if isinstance(value, FunctionType):
        return value.__code__
    return (type(value), value) if value is None or isinstance(value, _PLAIN) else type(value)


def _made(state: State, key: object, make: Callable[[], Made]) -> Made:
    _present.inside = True
    try:
        value = make()
    except BaseException:
        _present.state = None
        raise
    finally:
        _present.inside = False
    if changed := _changed():
        raise AssertionError(f"{make} changes what another fixture returned: it cannot be remembered. {changed}")
    before, rows, none = state.rows, _found(), frozenset[bytes]()
    # What stays the same is kept once.
    rows |= {table: lines for table, lines in before.items() if rows.get(table) == lines}
    gone = [
        (table, [line.split(b"\t", 1)[0].decode() for line in less])
        for table, lines in before.items()
        if (less := lines - rows.get(table, none))
    ]
    came = [
        (table, b"".join(sorted(more, key=_by_key)))
        for table, lines in rows.items()
        if (more := lines - before.get(table, none))
    ]
    memo: dict[int, Any] = dict(_present.originals)
    original = copy.deepcopy(value, memo)
    _note(memo, turned=True)
    after = State(rows)
    state.next[key] = Step(original, gone, came, after)
    _present.state = after
    return value


def _by_key(line: bytes) -> tuple[int, bytes]:
    """Order rows as they were made: a test that asks in no order reads what it would of rows of its own."""
    key = line.split(b"\t", 1)[0]
    return len(key), key


def _copied(original: Made) -> Made:
    memo: dict[int, Any] = dict(_present.copies)
    value = copy.deepcopy(original, memo)
    _note(memo)
    return value


def _note(memo: dict[int, Any], *, turned: bool = False) -> None:
    """Keep which object is a copy of which: what two fixtures share, their copies share."""
    for one in memo.get(id(memo), ()):
        other = memo.get(id(one))
        if other is None:
            continue
        original, own = (other, one) if turned else (one, other)
        _present.copies[id(original)] = own
        _present.originals[id(own)] = original


def _changed() -> list[Model]:
    """Return what this test was given and no longer says what it said then."""
    found = ((own, _present.originals.get(id(own))) for own in _present.copies.values() if isinstance(own, Model))
    return [own for own, original in found if original is not None and _says(own) != _says(original)]


def _says(row: Model) -> dict[str, Any]:
    return {item.attname: row.__dict__.get(item.attname) for item in row._meta.concrete_fields}


def _lay(step: Step) -> None:
    with connection.cursor() as cursor:
        raw = cursor.cursor
        raw.execute("SET LOCAL session_replication_role = replica")
        for table, keys in step.gone:
            raw.execute(f"DELETE FROM {table} WHERE {_key_of(table)}::text = ANY(%s)", [keys])  # noqa: S608
        for table, rows in step.came:
            raw.copy_expert(f"COPY {table} FROM STDIN", BytesIO(rows))
        raw.execute("SET LOCAL session_replication_role = origin")


def _found() -> Rows:
    found = {}
    with connection.cursor() as cursor:
        for table in emptying.filled(cursor.cursor):
            rows = BytesIO()
            cursor.cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
            found[table] = frozenset(rows.getvalue().splitlines(keepends=True))
    return found


_keys: dict[str, str] = {}


def _key_of(table: str) -> str:
    """Return the first column of a table, which must be its key."""
    if table not in _keys:
        with connection.cursor() as cursor:
            cursor.cursor.execute(
                "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]"
                " WHERE indrelid = %s::regclass AND indisprimary AND indnatts = 1 AND indkey[0] = 1",
                [table],
            )
            _keys[table] = cursor.cursor.fetchone()[0]
    return _keys[table]


def _watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if not sql.lstrip().startswith("SELECT") or " FOR " in sql:
        forget()
    return execute(sql, params, many, context)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    """Begin where a test's transaction begins."""
    result = yield
    if fixturedef.argname == "_django_db_helper":
        _begin()
    return result


def _begin() -> None:
    if len(connection.atomic_blocks) != 1:
        return  # it commits, or stands on rows of its module's
    which = (connection.settings_dict["NAME"], emptying.has_emptied())
    if which not in _beginnings:
        _beginnings[which] = State(_found())
    _present.state = _beginnings[which]
    connection.execute_wrappers.append(_watch)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """Let the test itself do everything by the services: it may have put something else in the place of one."""
    _end()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Forget where the test stood."""
    _end()


def _end() -> None:
    global _present
    if _watch in connection.execute_wrappers:
        connection.execute_wrappers.remove(_watch)
    _present = Present()
