"""Whether a nightly file may come next, after those taken in before it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from collections_app.domain.intake.file import FileRefusedError
from collections_app.models import IntakeBatch, IntakeState


def check(batch: IntakeBatch, *, now: datetime) -> IntakeBatch | None:
    """Return the newest file taken in, None before the first one.

    Raise FileRefusedError when the batch's day has not come (in the bank's time zone) or is before that one's; or when
    its last line does not tell the number of rows as that one's did: cut off at the end of a line, it looks whole. A
    number that a person tells stands for it.
    """
    if batch.as_of > now.astimezone(ZoneInfo(settings.TIME_ZONE)).date():
        raise FileRefusedError("future_as_of", as_of=batch.as_of.isoformat())
    newest = IntakeBatch.objects.filter(state=IntakeState.DONE).order_by("-as_of", "-id").first()
    if newest is None:
        return None
    if newest.as_of > batch.as_of:
        raise FileRefusedError("older_than_newest", as_of=batch.as_of.isoformat(), newest=newest.as_of.isoformat())
    if newest.has_trailer and not batch.has_trailer and batch.rows_told is None:
        raise FileRefusedError("row_count_missing", newest=newest.as_of.isoformat())
    return newest
