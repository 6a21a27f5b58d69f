"""Notes that colleagues leave on a record."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless, plain
from collections_app.models import Event
from collections_app.services import note_words, records
from collections_app.services.errors import RefusedError

LONGEST = 2000


@transaction.atomic(durable=True)
def add(*, customer_id: int, text: str, actor: records.Actor, seen_version: int | None, now: datetime) -> Event:
    """Add a note to a record. A note conflicts with nothing."""
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="note.add")
    records.check_may(actor=actor, action="note.add")
    text = harmless(text).strip()
    if not plain(text):
        raise RefusedError("note_empty")
    if len(text) > LONGEST:
        raise RefusedError("note_too_long", longest=LONGEST)
    note_words.check(text=text, kind="note")
    return records.append(customer=customer, kind="note.added", actor=actor, now=now, text=text)
