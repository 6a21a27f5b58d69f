"""Workers write down what they begin and how it ended. What cannot be written down runs all the same."""

import logging
from collections.abc import Callable
from typing import Any

from celery.signals import task_failure, task_prerun, task_success, worker_init
from django.db import DatabaseError

logger = logging.getLogger(__name__)


def keep() -> None:
    """Keep the log from the moment a worker begins; whoever calls a task as a function needs none."""
    worker_init.connect(listen, weak=False)


def listen(**_about: Any) -> None:
    """Listen to what a worker begins and how it ends."""
    task_prerun.connect(begun, weak=False)
    task_success.connect(succeeded, weak=False)
    task_failure.connect(failed, weak=False)


def begun(task_id: str, task: Any, **_about: Any) -> None:
    """Write down a run before it begins."""
    queue = (task.request.delivery_info or {}).get("routing_key") or ""
    _write(lambda services, now: services.begin(run_id=task_id, task=task.name, queue=queue, now=now))


def succeeded(sender: Any, **_about: Any) -> None:
    """Forget a run that ended well."""
    _write(lambda services, now: services.succeed(run_id=sender.request.id, task=sender.name, now=now))


def failed(task_id: str, exception: BaseException, **_about: Any) -> None:
    """Write down by what a run failed."""
    error = type(exception).__name__
    _write(lambda services, now: services.fail(run_id=task_id, error=error, now=now))


def _write(what: Callable[[Any, Any], None]) -> None:
    from collections_app.services import clock, task_runs

    try:
        what(task_runs, clock.now())
    except DatabaseError:
        logger.warning("a run of a task could not be written down", exc_info=True)
