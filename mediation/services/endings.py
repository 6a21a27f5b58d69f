"""Ending talks: the state, the sessions still to come, the hold, the event. One place for every way to end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collections_app.models import Customer
from collections_app.services import holds, records
from mediation.domain.endings import Ending, is_known_to_customer
from mediation.models import AgreementDraft, Mediation, Session
from mediation.services import consequences, invitations, offering, rooms, wake


def source_of(mediation: Mediation) -> str:
    """Return what the hold of these talks names as its source."""
    return f"mediation:{mediation.id}"


def end_within(
    *,
    customer: Customer,
    mediation: Mediation,
    ending: Ending,
    actor: records.Actor,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """End talks of a record the caller has locked, and release their hold; the caller derives.

    A draft that is not in force by now never will be. A session in progress counts as held, one still to come is
    cancelled and its invitation called back. Only the ending code and the ids and amounts in ``payload`` reach the
    shared record, never what was said.
    """
    called_off = []
    for session in mediation.sessions.filter(state__in=["scheduled", "in_session"]):
        called_off += [session] if session.state == "scheduled" else []
        close_session_within(session=session, state="held" if session.state == "in_session" else "cancelled", now=now)
    offering.close_within(mediation=mediation, state="withdrawn", now=now)
    if AgreementDraft.objects.filter(mediation=mediation, state="open").update(state="dropped", ended_at=now):
        wake.wake_signing()
    invitations.call_back_within(customer=customer, mediation=mediation, now=now)
    if not is_known_to_customer(ending, by_customer=actor == records.CUSTOMER):
        for session in called_off:
            invitations.call_off_within(customer=customer, mediation=mediation, session=session, now=now)
    mediation.state = "ended"
    mediation.ending = ending.value
    mediation.ended_at = now
    mediation.next_try_at = None
    mediation.save(update_fields=["state", "ending", "ended_at", "next_try_at"])
    holds.release_source_within(
        customer=customer, source=source_of(mediation), reason=ending.value, actor=actor, now=now
    )
    records.append(
        customer=customer,
        kind="mediation.ended",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={"mediation": mediation.id, "kind": mediation.kind, "ending": ending.value, **(payload or {})},
    )
    consequences.follow_within(customer=customer, mediation=mediation, ending=ending, actor=actor, now=now)


def close_session_within(*, session: Session, state: str, now: datetime, because: str = "") -> None:
    """Close a live session of a record the caller has locked; its hours are free from here on, its room closed."""
    session.state = state
    session.closed_at = now
    session.closed_because = because
    session.save(update_fields=["state", "closed_at", "closed_because"])
    rooms.close_within(session=session, now=now)
    if state != "held":
        AgreementDraft.objects.filter(session=session, state="open").update(state="dropped", ended_at=now)
