"""Empties the database after a test that committed: only the tables that hold rows, without Django's long way.

Django truncates every table and then makes all content types and permissions anew, which costs more than most tests.
"""

from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

# Made by the migrations, the same for every test.
KEPT = {"django_content_type", "auth_permission"}


@cache
def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [connection.ops.quote_name(name) for name in names if name not in KEPT]


_emptied = False


def has_emptied() -> bool:
    """Return whether a test of this process has emptied the database: rows that migrations made are gone since."""
    return _emptied


def filled(cursor: Any) -> list[str]:
    """Return the quoted names of the tables that hold rows."""
    cursor.execute(
        " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in _tables())  # noqa: S608
    )
    return [name for (name,) in cursor.fetchall()]


def empty(case: Any) -> None:
    """Delete what the test has left in the database; keys and append-only tables do not stand in the way."""
    global _emptied
    _emptied = True
    with transaction.atomic(), connection.cursor() as cursor:
        names = filled(cursor)
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in names:
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608


TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]
