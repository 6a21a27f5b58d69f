"""Starting the senders."""

import os
import socket
from uuid import uuid4

from celery import shared_task
from django.conf import settings

from collections_app.services import clock
from notifications.services import serving

# A start that waited behind other work longer than this is not needed: the clock has given another.
STALE = 60


def _worker() -> str:
    """Return a name no other run has: an answer is recorded for a claim of this very run and for no other's.

    A task that is handed out twice has one id, and machines may have names that begin alike.
    """
    return f"{uuid4().hex}:{os.getpid()}:{socket.gethostname()[-23:]}"


@shared_task(name="notifications.send_due", expires=STALE)
def send_due() -> None:
    """Send what is due for a while, unless enough senders live already."""
    serving.serve(worker=_worker(), clock=clock.now, seconds=settings.SENDER_SECONDS, places=settings.SENDERS)


@shared_task(name="notifications.send_codes", expires=STALE)
def send_codes() -> None:
    """Send one-time codes for a while, which wait for nothing else, unless a sender of them lives."""
    serving.serve(worker=_worker(), clock=clock.now, seconds=settings.SENDER_SECONDS, places=1, codes_only=True)


@shared_task(name="notifications.send_priority", expires=STALE)
def send_priority() -> None:
    """Send receipts, codes and confirmations for a while, ahead of the reminders, unless a sender of them lives."""
    serving.serve(worker=_worker(), clock=clock.now, seconds=settings.SENDER_SECONDS, places=1, priority_only=True)
