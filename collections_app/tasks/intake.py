"""Taking in an uploaded nightly file, and forgetting it."""

from celery import shared_task

from collections_app.services import clock, intake

# A bank's first file is far larger than a night's. Seconds; the second ends what the first could not.
SOFT_LIMIT, LIMIT = 3 * 3600, 3 * 3600 + 1800


@shared_task(name="intake.take_in_upload", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def take_in_upload(batch_id: int) -> None:
    """Take in the file of a batch that waits."""
    intake.run(batch_id=batch_id, now=clock.now())


@shared_task(name="intake.run_waiting", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def run_waiting() -> int:
    """Take in the uploads whose wake-up was lost."""
    return intake.run_waiting(now=clock.now())


@shared_task(name="intake.forget_old")
def forget_old() -> int:
    """Remove uploads that are too old to be asked about, and the values of their rejected rows."""
    return intake.forget_old(now=clock.now())
