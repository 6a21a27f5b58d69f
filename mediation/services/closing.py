"""Ending talks outside a session, by the bank's staff, with the ending that fits."""

from datetime import datetime

from django.db import transaction

from collections_app.selectors import codes
from collections_app.services import derivation, records
from collections_app.services.errors import RefusedError
from mediation.domain.endings import Ending, before_a_session, list_of
from mediation.models import Mediation
from mediation.services import endings, mediations


@transaction.atomic(durable=True)
def close(
    *, mediation_id: int, ending: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> Mediation:
    """End talks while no session is going on: withdrawn, settled, out of reach, unsuitable, or suspected to be a sham.

    Raise RefusedError while a session is going on, or for an ending that belongs to one.
    """
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.end")
    records.check_may(actor=actor, action="mediation.propose")
    if ending not in before_a_session(codes.seen().terms(list_of(mediation.kind))):
        raise RefusedError("no_such_ending")
    if mediation.sessions.filter(state="in_session").exists():
        raise RefusedError("mediation_in_session")
    endings.end_within(customer=customer, mediation=mediation, ending=Ending(ending), actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return mediation
