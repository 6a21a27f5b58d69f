"""The background workers' application."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_shutdown

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("onecase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_shutdown.connect
def close_the_ledger(sender: Any, **_about: Any) -> None:
    """Chain and sign what is left when the worker that does so otherwise is asked to stop."""
    from django.conf import settings

    from collections_app.services import clock, sequencer

    if settings.QUEUE_DEFAULT in sender.app.amqp.queues.consume_from:
        sequencer.close(now=clock.now())
