"""Forgetting what a nightly file said once nobody asks about it any more: the file, and the values of rejected rows."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, transaction

from collections_app.models import IntakeBatch
from collections_app.services.intake.runs import SEALED_STORAGE


def forget_old(*, now: datetime) -> int:
    """Remove the uploads that ended longer ago than INTAKE_KEPT_DAYS, and the values of their rejected rows.

    Return how many files were removed. Which row was rejected and why stays. A file that is gone already, by a run
    that was killed, is only noted.
    """
    before = now - timedelta(days=settings.INTAKE_KEPT_DAYS)
    _empty(before)
    over = IntakeBatch.objects.filter(finished_at__lt=before).exclude(stored_as="")
    for batch in over:
        storages[SEALED_STORAGE].delete(batch.stored_as)
        batch.stored_as = ""
        batch.save(update_fields=["stored_as"])
    return len(over)


@transaction.atomic(durable=True)
def _empty(before: datetime) -> None:
    # A sealed column cannot be looked up by; that it is empty stands in the open.
    sql = """
        UPDATE collections_app_intakereject SET value = ''
        WHERE value <> '' AND batch_id IN (SELECT id FROM collections_app_intakebatch WHERE finished_at < %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [before])
