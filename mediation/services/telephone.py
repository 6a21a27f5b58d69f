"""What is stated about a session's telephone call: who agrees to a recording, how long it was, what came of it."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import plain
from collections_app.services import form_keys, records
from collections_app.services.errors import RefusedError
from mediation.domain.conferences import LONGEST_MINUTES, TELEPHONE_OUTCOMES
from mediation.domain.route import Route
from mediation.models import RecordingConsent, Session, TelephoneRecord
from mediation.selectors.telephone import roles_there, why_no_recording
from mediation.services import sessions

LONGEST_REFERENCE = 80


def _held(*, session_id: int, actor: records.Actor, now: datetime) -> Session:
    """Lock the record of a session by telephone that the actor holds."""
    customer, session = sessions.locked(session_id=session_id, actor=actor, now=now)
    if session.mode != Route.TELEPHONE:
        raise RefusedError("session_not_by_telephone")
    session.customer = customer
    form_keys.keep_within(customer_id=customer.id, now=now)
    return session


@transaction.atomic(durable=True)
def state_consent(*, session_id: int, kind: str, agrees: bool, actor: records.Actor, now: datetime) -> RecordingConsent:
    """Keep what one who takes part says to a recording, heard by whoever holds the session."""
    session = _held(session_id=session_id, actor=actor, now=now)
    if kind not in roles_there(session):
        raise RefusedError("no_such_caller")
    assert actor.staff is not None, "only who holds the session hears it"
    return RecordingConsent.objects.create(
        session=session, customer_id=session.customer_id, kind=kind, agrees=agrees, heard_by=actor.staff, at=now
    )


@transaction.atomic(durable=True)
def state_call(
    *, session_id: int, outcome: str, minutes: int, recording_ref: str, actor: records.Actor, now: datetime
) -> TelephoneRecord:
    """Keep how long the call was and what came of it; a recording only where everybody agreed to one.

    Raise RefusedError when the rule of the branch's pack or a missing consent forbids the recording.
    """
    session = _held(session_id=session_id, actor=actor, now=now)
    if outcome not in TELEPHONE_OUTCOMES:
        raise RefusedError("no_such_call_outcome")
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise RefusedError("minutes_out_of_range")
    reference = plain(recording_ref)[:LONGEST_REFERENCE]
    if reference and (reason := why_no_recording(session, attested=False)):
        raise RefusedError(reason)
    assert actor.staff is not None, "only who holds the session states it"
    return TelephoneRecord.objects.create(
        session=session, customer_id=session.customer_id, outcome=outcome, minutes=minutes, recording_ref=reference,
        stated_by=actor.staff, stated_at=now,
    )  # fmt: skip
