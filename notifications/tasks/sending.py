"""Waking the senders."""

import os
import socket
from typing import Any

from celery import shared_task

from collections_app.services import clock
from notifications.services import sending


def _worker(task: Any) -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{task.request.id or 'direct'}"[:64]


@shared_task(name="notifications.send_due", bind=True)
def send_due(self: Any) -> None:
    """Send what is due, one batch; the next wake-up takes the next."""
    sending.send_due(now=clock.now(), worker=_worker(self))


@shared_task(name="notifications.send_priority", bind=True)
def send_priority(self: Any) -> None:
    """Send receipts and confirmations that are due, ahead of the reminders."""
    sending.send_due(now=clock.now(), worker=_worker(self), priority_only=True)
