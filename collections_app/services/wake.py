"""Waking a worker after commit. The rows are the queue: a wake-up that is lost is made good by a sweep."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

# Shorter than the broker's own (settings): whoever waits here holds one of the few lanes of a web process.
_HURRY = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
_log = logging.getLogger(__name__)


def soon(task: str, **named: Any) -> None:
    """Ask a worker for a task by its name once this transaction is committed."""
    transaction.on_commit(lambda: at_once(task, **named))


def at_once(task: str, **named: Any) -> None:
    """Ask a worker for a task by its name now. While the broker is away or hangs this takes a second or two, no more.

    Then nothing is asked for, and the log says so: the caller's work is committed, and a sweep finds it.
    """
    try:
        with current_app.connection_for_write(transport_options=_HURRY) as connection:
            current_app.send_task(task, kwargs=named, retry=False, connection=connection)
    except (OperationalError, OSError) as error:
        _log.warning("%s was not woken with %s: %s", task, named, error)
