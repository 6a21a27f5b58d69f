"""Waking the scheduler after commit. The rows are the queue: a wake-up that is lost is made good by the sweep."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

_log = logging.getLogger(__name__)


def schedule_soon(*, mediation_id: int) -> None:
    """Ask a worker to look for a date once this transaction is committed."""
    transaction.on_commit(lambda: _send(mediation_id))


def _send(mediation_id: int) -> None:
    try:
        current_app.send_task("mediation.schedule", kwargs={"mediation_id": mediation_id}, retry=False)
    except OperationalError as error:
        _log.warning("the scheduler was not woken for mediation %s: %s", mediation_id, error)
