"""Holding a session: opening it with the customer's consent, an absence, another date."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg2.errors import ExclusionViolation

from collections_app.models import Customer, Staff
from collections_app.services import derivation, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain.dates import CANCEL_REASONS
from mediation.domain.endings import Ending
from mediation.domain.kinds import RULES, Kind
from mediation.domain.states import MOST_ABSENCES
from mediation.models import Session
from mediation.services import clocks, endings, invitations, mediations, wake
from mediation.services.people import opening


def conductor_of(session: Session) -> Staff:
    """Return who holds the session: its mediator, or in the bank's own talks its representative."""
    return session.mediator.staff if session.mediator is not None else session.representative


def locked(*, session_id: int, actor: records.Actor, now: datetime) -> tuple[Customer, Session]:
    """Lock the record of a live session that this actor holds, and return both.

    Must run inside a transaction, before any other row is touched. Raise RefusedError when the session is
    over, NotAllowedError when somebody else holds it.
    """
    customer_id = Session.objects.filter(id=session_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_session")
    customer = records.lock(customer_id=customer_id, now=now)
    session = Session.objects.select_related("mediation__account", "mediator__staff", "representative").get(
        id=session_id
    )
    check_conducts(session=session, actor=actor)
    if session.state not in {"scheduled", "in_session"}:
        raise RefusedError("session_over")
    return customer, session


def check_conducts(*, session: Session, actor: records.Actor) -> None:
    """Refuse everybody but the one who holds the session, in the role that its kind of talks asks for."""
    action = RULES[Kind(session.mediation.kind)].conducted_with
    records.check_may(actor=actor, action=action)
    if actor.staff is None or actor.staff.id != conductor_of(session).id:
        raise NotAllowedError("not_your_session", action=action)


@transaction.atomic(durable=True)
def begin(*, session_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Session:
    """Open a session: the customer is there and agrees to talk.

    Parties that meet before the hour announced take the hours they really use: the session moves to now, and
    is refused when its mediator, representative or customer is in another one.
    """
    customer, session = locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    if session.state == "in_session":
        raise RefusedError("session_begun_already")
    opening.check_within(session=session)
    length = session.ends_at - session.starts_at
    if now < session.starts_at:
        session.during = DateTimeTZRange(now, now + length)
    elif now >= session.ends_at:
        # The hours announced are over, perhaps since days: they are not these people's any more.
        session.during = DateTimeTZRange(now, now + timedelta(minutes=30))
    session.state = "in_session"
    session.opened_at = now
    # As it is that day: what becomes of the organisation afterwards takes nothing from who was mediated for by it.
    session.held_lawfully = session.mediator is not None and session.mediator.organisation.lawfully_established
    try:
        with transaction.atomic():
            session.save(update_fields=["state", "opened_at", "held_lawfully", "during"])
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise RefusedError("session_hours_taken") from error
    if session.mediator is not None:
        opening.bar_within(customer=customer, staff=session.mediator.staff)
    # Nobody is reminded of a session that has begun.
    invitations.call_back_within(customer=customer, mediation=session.mediation, now=now)
    if session.mediation.customer_consent != "yes":
        mediations.record_answer_within(
            customer=customer, mediation=session.mediation, consents=True, how="session", actor=actor, now=now
        )
    clocks.accepted_within(customer=customer, mediation=session.mediation, actor=actor, now=now)
    clocks.chosen_within(mediation=session.mediation, now=now)
    records.append(
        customer=customer,
        kind="mediation.opened",
        actor=actor,
        now=now,
        account_id=session.mediation.account_id,
        payload={"mediation": session.mediation_id, "session": session.id},
    )
    derivation.derive(customer=customer, now=now)
    return session


@transaction.atomic(durable=True)
def miss(*, session_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Session:
    """Record that the customer did not come. The first absence asks for another date, the second ends the talks."""
    customer, session = locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.end")
    if session.state != "scheduled":
        raise RefusedError("session_begun_already")
    if now < session.starts_at:
        raise RefusedError("session_not_yet", until=session.starts_at)
    mediation = session.mediation
    endings.close_session_within(session=session, state="missed", now=now)
    records.append(
        customer=customer,
        kind="mediation.missed",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={"mediation": mediation.id, "session": session.id},
    )
    if mediation.sessions.filter(state="missed").count() >= MOST_ABSENCES:
        endings.end_within(customer=customer, mediation=mediation, ending=Ending.ABSENT, actor=actor, now=now)
    else:
        wait_for_another_date(session, now)
    derivation.derive(customer=customer, now=now)
    return session


@transaction.atomic(durable=True)
def cancel(
    *, session_id: int, actor: records.Actor, seen_version: int | None, now: datetime, because: str = "other"
) -> Session:
    """Give the hours back and look for another date; the invitation not yet sent is called back.

    ``because`` is a code of CANCEL_REASONS; raise RefusedError for another.
    """
    customer, session = locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.end")
    if because not in CANCEL_REASONS:
        raise RefusedError("no_such_reason_to_cancel")
    cancel_within(customer=customer, session=session, because=because, actor=actor, now=now)
    wait_for_another_date(session, now)
    derivation.derive(customer=customer, now=now)
    return session


def cancel_within(*, customer: Customer, session: Session, because: str, actor: records.Actor, now: datetime) -> None:
    """Cancel a live session of a locked record: its hours are given back, what has not gone out is called back."""
    endings.close_session_within(session=session, state="cancelled", because=because, now=now)
    invitations.call_back_within(customer=customer, mediation=session.mediation, now=now)
    records.append(
        customer=customer,
        kind="mediation.cancelled",
        actor=actor,
        now=now,
        account_id=session.mediation.account_id,
        payload={"mediation": session.mediation_id, "session": session.id, "because": because},
    )


def wait_for_another_date(session: Session, now: datetime) -> None:
    """Let the talks of a session that was closed wait for another date, on a record the caller has locked."""
    mediation = session.mediation
    mediation.state = "proposed"
    mediation.next_try_at = now
    mediation.save(update_fields=["state", "next_try_at"])
    wake.schedule_soon(branch_id=session.customer.branch_id)
