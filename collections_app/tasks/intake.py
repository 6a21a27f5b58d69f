"""Taking in an uploaded nightly file."""

from celery import shared_task
from django.conf import settings

from collections_app.services import clock, intake


@shared_task(queue=settings.QUEUE_INTAKE)
def take_in_upload(batch_id: int) -> None:
    """Take in the file of a batch that waits."""
    intake.run(batch_id=batch_id, now=clock.now())
