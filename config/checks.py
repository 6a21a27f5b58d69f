"""What ``manage.py migrate`` looks at before it begins: whether each connection has a server process of its own."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


def own_server_processes(*, databases: Sequence[str] | None = None, **_about: Any) -> list[CheckMessage]:
    """Refuse a pooler that shares server processes between connections, as PgBouncer does in transaction mode.

    Locks that outlive a transaction, temporary tables and LISTEN would end up with somebody else. Two connections that
    are open side by side and are answered by one process prove it; under load it may go unnoticed.
    """
    return [
        Error(
            f"The database {alias} is behind a pooler that shares its server processes between connections.",
            hint="Have the pooler hand them out by session (PgBouncer: pool_mode = session), or connect directly.",
            id="onecase.E001",
        )
        for alias in databases or ()
        if _shared(connections[alias])
    ]


def _shared(connection: BaseDatabaseWrapper) -> bool:
    beside = connection.copy()
    try:
        return _process(connection) == _process(beside)
    finally:
        beside.close()


def _process(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
