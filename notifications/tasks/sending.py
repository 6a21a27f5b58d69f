"""Starting the senders."""

import os
import socket
from typing import Any

from celery import shared_task
from django.conf import settings

from collections_app.services import clock
from notifications.services import serving

# A start that waited behind other work longer than this is not needed: the clock has given another.
STALE = 60


def _worker(task: Any) -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{task.request.id or 'direct'}"[:64]


@shared_task(name="notifications.send_due", bind=True, expires=STALE)
def send_due(self: Any) -> None:
    """Send what is due for a while, unless enough senders live already."""
    serving.serve(worker=_worker(self), clock=clock.now, seconds=settings.SENDER_SECONDS, places=settings.SENDERS)


@shared_task(name="notifications.send_codes", bind=True, expires=STALE)
def send_codes(self: Any) -> None:
    """Send one-time codes for a while, which wait for nothing else, unless a sender of them lives."""
    serving.serve(worker=_worker(self), clock=clock.now, seconds=settings.SENDER_SECONDS, places=1, codes_only=True)


@shared_task(name="notifications.send_priority", bind=True, expires=STALE)
def send_priority(self: Any) -> None:
    """Send receipts, codes and confirmations for a while, ahead of the reminders, unless a sender of them lives."""
    serving.serve(worker=_worker(self), clock=clock.now, seconds=settings.SENDER_SECONDS, places=1, priority_only=True)
