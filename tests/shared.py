"""Rows that all tests of a module begin with: made once, and every test undoes only what it did itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.conftest import NOW

Rows = TypeVar("Rows")


@contextmanager
def kept_for_module(blocker: DjangoDbBlocker, make: Callable[[], Rows]) -> Iterator[Rows]:
    """Make rows at NOW that stand until the module ends, around the transaction of each of its tests.

    For modules none of whose tests commits: a transactional test would empty the tables under the others.
    """
    with blocker.unblock(), undone():
        with time_machine.travel(NOW, tick=False):
            rows = make()
        with blocker.block():
            yield rows


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is written inside, as at the end of a test: for cases that a test goes through one after the other."""
    atomic = transaction.atomic()
    # As Django marks its own around each test: inside it a service may begin what must be the outermost transaction.
    atomic._from_testcase = True  # type: ignore[attr-defined]
    atomic.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
