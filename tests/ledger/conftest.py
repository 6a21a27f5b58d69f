"""A log with some entries, and the means of somebody who owns the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection, transaction

from ledger.services import log


def payload(index: int) -> bytes:
    """Return the payload that stands at ``index`` in every log these tests make."""
    return f"payload {index}".encode()


@pytest.fixture
def fill(db: None, now: datetime) -> Callable[[int], range]:
    """Return a function that appends the next ``count`` entries."""
    state = {"size": 0}

    def append(count: int) -> range:
        start = state["size"]
        state["size"] += count
        with transaction.atomic():
            return log.append(entries=[("test", payload(index)) for index in range(start, start + count)], now=now)

    return append


@contextmanager
def triggers_disabled() -> Iterator[None]:
    """Lift the database's refusal, as only the owner of the tables can."""
    tables = ("ledger_entry", "ledger_checkpoint")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def tamper(db: None) -> Callable[..., None]:
    """Return a function that runs one statement past the triggers."""

    def run(statement: str, *parameters: object) -> None:
        with triggers_disabled(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    return run
