"""Sweeps: one row or one step that fails keeps no other from its turn, and its run is seen to have failed."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import Error, connection

Row = TypeVar("Row")
_log = logging.getLogger(__name__)


class Step(Protocol):
    """One of several things that are swept in turn."""

    def __call__(self, *, now: datetime) -> object:
        """Sweep, and return how many were done, where they are counted."""


def each(rows: Iterable[Row], do: Callable[[Row], object], *, limit: int | None = None) -> int:
    """Do something with each row, whatever became of the others, and return for how many it was done.

    What ``do`` returns is added up; True is one. With a ``limit`` it ends after so many were done: rows that fail or
    have nothing to do take nobody's place. Each is a transaction of its own, or none. Raise ExceptionGroup of what
    failed after the last row; at once what is no fault of a row (``check_of_row``).
    """
    done, failed = 0, list[Exception]()
    for row in rows:
        if limit is not None and done >= limit:
            break
        try:
            done += _counted(do(row))
        except Exception as error:  # noqa: BLE001  whatever is wrong with one row, the others have their turn
            check_of_row(error)
            _log.exception("%s failed at %s", _name(do), getattr(row, "pk", row))
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{_name(do)} failed for {len(failed)} rows", failed)
    return done


def in_turn(*steps: Step, now: datetime) -> list[int]:
    """Take every step, whatever became of those before it, and return how many each has done.

    Raise ExceptionGroup of what failed after the last step; at once what is no fault of a step.
    """
    done, failed = list[int](), list[Exception]()
    for step in steps:
        try:
            done.append(_counted(step(now=now)))
        except Exception as error:  # noqa: BLE001  one step that fails must not keep back the others
            check_of_row(error)
            _log.exception("%s failed", _name(step))
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(steps)} steps failed", failed)
    return done


def check_of_row(error: Exception) -> None:
    """Raise again what is no fault of one row: the run's time is over, or the database is away for all of them."""
    if isinstance(error, SoftTimeLimitExceeded) or (isinstance(error, Error) and not connection.is_usable()):
        raise error


def _counted(done: object) -> int:
    return done if isinstance(done, int) else 0


def _name(do: Any) -> str:
    do = getattr(do, "func", do)
    return f"{do.__module__}.{do.__qualname__}"
