"""Files that people take out: each is asked for with a reason, logged before its first line, and marked."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from collections_app.domain.exports import EXPORT_KINDS, FILE_FORMATS, SHORTEST_REASON
from collections_app.domain.typed import plain
from collections_app.models import Export
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError

ACTION = "export.take"


@transaction.atomic(durable=True)
def begin(
    *, kind: str, file_format: str, reason: str, selection: Mapping[str, str], actor: records.Actor, now: datetime
) -> Export:
    """Log a file before anything of it is sent, and return the row whose mark goes into it.

    Raise NotAllowedError when the role may not, RefusedError without a reason of a few words or for an unknown kind.
    """
    records.check_may(actor=actor, action=ACTION)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    if kind not in EXPORT_KINDS or file_format not in FILE_FORMATS:
        raise RefusedError("no_such_export")
    if len(plain(reason)) < SHORTEST_REASON:
        raise RefusedError("export_reason_short")
    return Export.objects.create(
        staff=actor.staff,
        kind=kind,
        file_format=file_format,
        reason=reason.strip()[:300],
        selection=dict(selection),
        at=now,
    )
