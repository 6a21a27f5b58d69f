"""Where the recording of a session lies. Behind the wall: no event."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless
from collections_app.services import form_keys, records
from collections_app.services.errors import RefusedError
from mediation.models import SessionRecording
from mediation.selectors.telephone import why_no_recording
from mediation.services import seats

LONGEST = 200


@transaction.atomic(durable=True)
def keep(
    *, session_id: int, reference: str, both_consented: bool, actor: records.Actor, now: datetime
) -> SessionRecording:
    """Keep the reference of a session's recording, by its mediator.

    Raise RefusedError without the consent of everybody who takes part (by telephone, as each has said it), or where the
    branch's rules allow none: such a recording must not exist.
    """
    session = seats.lock_session(session_id=session_id, now=now)
    mediator = seats.check_mediator(session=session, actor=actor)
    reference = harmless(reference).strip()
    if not reference or len(reference) > LONGEST:
        raise RefusedError("recording_reference_missing")
    if not both_consented:
        raise RefusedError("recording_needs_consent")
    if reason := why_no_recording(session, attested=both_consented):
        raise RefusedError(reason)
    form_keys.keep_within(customer_id=session.customer_id, now=now)
    return SessionRecording.objects.create(
        session=session,
        customer_id=session.customer_id,
        author=mediator,
        reference=reference,
        both_consented=True,
        at=now,
    )
