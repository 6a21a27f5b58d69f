"""Calling the customer into a session by telephone, under a permit like every other contact."""

from datetime import datetime

from django.db import transaction

from collections_app.models import ContactPoint, Customer
from collections_app.services import contacts, form_keys, records
from collections_app.services.errors import RefusedError
from mediation.domain.route import Route
from mediation.models import Session
from mediation.services import sessions
from notifications.selectors.sms_points import best_sms_points


def dial(*, session_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> ContactPoint:
    """Return the number to dial for a session by telephone, and count the call against the one budget.

    Only whoever holds the session gets it, and only with a permit: raise RefusedError with the permit's reason
    when the customer may not be called now, or when no number of theirs is known. A refusal stays on the record.
    """
    answer = _dial(session_id=session_id, actor=actor, seen_version=seen_version, now=now)
    if isinstance(answer, contacts.Refusal):
        # Only now: raised within the transaction, it would take the row of the refusal back with it.
        raise RefusedError(answer.reason, until=answer.until, **answer.params)
    return answer


@transaction.atomic(durable=True)
def _dial(
    *, session_id: int, actor: records.Actor, seen_version: int | None, now: datetime
) -> ContactPoint | contacts.Refusal:
    customer, session = sessions.locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    if session.mode != Route.TELEPHONE:
        raise RefusedError("session_not_by_telephone")
    point, decision = permit_within(customer=customer, session=session, actor=actor, now=now)
    if isinstance(decision, contacts.Refusal):
        return decision
    contacts.settle(contact_id=decision.contact.id, state="made", now=now)
    form_keys.keep_within(customer_id=customer.id, now=now)
    return point


def permit_within(
    *, customer: Customer, session: Session, actor: records.Actor, now: datetime
) -> tuple[ContactPoint, contacts.Permit | contacts.Refusal]:
    """Return the customer's number and the permit to call it into the session, on a record the caller has locked.

    Raise RefusedError when no number of theirs is known.
    """
    point = best_sms_points([customer.id]).get(customer.id)
    if point is None:
        raise RefusedError("no_number_to_dial")
    decision = contacts.permit(
        customer=customer,
        channel="voice",
        purpose="invite",
        contact_point=point,
        actor=actor,
        now=now,
        account_ids=[session.mediation.account_id],
    )
    return point, decision
