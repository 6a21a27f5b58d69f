"""The mediator accepts a case: from here on its term runs."""

from datetime import datetime

from django.db import transaction

from collections_app.services import derivation, records
from collections_app.services.errors import RefusedError
from mediation.domain.kinds import Kind
from mediation.models import Mediation
from mediation.services import clocks, sessions


@transaction.atomic(durable=True)
def accept(*, session_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Mediation:
    """Accept the case of a session as its mediator. Raise RefusedError when it is accepted already."""
    customer, session = sessions.locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    mediation = session.mediation
    if mediation.kind != Kind.MEDIATION:
        raise RefusedError("nothing_to_accept")
    if mediation.accepted_at is not None:
        raise RefusedError("accepted_already")
    clocks.accepted_within(customer=customer, mediation=mediation, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return mediation
