"""The background workers' application."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_shutdown, worker_shutting_down

from config import task_runs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("onecase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
task_runs.keep()


@worker_shutting_down.connect
def end_the_senders(**_about: Any) -> None:
    """Let senders that live for a while end after the batch they are at."""
    from notifications.services import serving

    serving.end_soon()


@worker_shutdown.connect
def close_the_ledger(sender: Any, **_about: Any) -> None:
    """Chain and sign what is left when the worker that does so otherwise is asked to stop."""
    from django.conf import settings

    from collections_app.services import clock, sequencer

    if settings.QUEUE_DEFAULT in sender.app.amqp.queues.consume_from:
        sequencer.close(now=clock.now())
