"""Notes behind the wall: written and read by the session's mediator alone."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless, plain
from collections_app.services import form_keys, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.models import MediationNote, Session

LONGEST = 4000


@transaction.atomic(durable=True)
def add(*, session_id: int, text: str, actor: records.Actor, now: datetime) -> MediationNote:
    """Write a note of a session. It is no part of the shared record: no event, no version, no lock.

    Raise NotAllowedError for everybody but the session's mediator, also when there is no such session.
    """
    records.check_may(actor=actor, action="mediation.conduct")
    session = Session.objects.select_related("mediator").filter(id=session_id).first()
    if (
        session is None
        or session.mediator is None
        or actor.staff is None
        or session.mediator.staff_id != actor.staff.id
    ):
        raise NotAllowedError("not_your_session", action="mediation.conduct")
    text = harmless(text).strip()
    if not plain(text):
        raise RefusedError("note_empty")
    if len(text) > LONGEST:
        raise RefusedError("note_too_long", longest=LONGEST)
    form_keys.keep_unlocked_within(customer_id=session.customer_id, now=now)
    return MediationNote.objects.create(
        session=session, customer_id=session.customer_id, author=session.mediator, text=text, at=now
    )
