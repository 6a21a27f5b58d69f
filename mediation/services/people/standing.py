"""Mediators the parties choose, refuse, or who stand down."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless, plain
from collections_app.models import Customer
from collections_app.services import derivation, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain.kinds import Kind
from mediation.domain.people.choosing import chosen, needs_reason
from mediation.domain.states import LIVE_SESSION
from mediation.models import Mediation, MediatorChoice, Session, StandDown
from mediation.selectors.people.fairness import choices_of, eligible, may_choose
from mediation.services import clocks, mediations, sessions, timetables, wake

LONGEST = 500


@transaction.atomic(durable=True)
def choose_for_bank(
    *, mediation_id: int, mediator_id: int, actor: records.Actor, seen_version: int | None, now: datetime
) -> Mediation:
    """Say whom the bank wishes for. What both sides wish for in time is done (``fairness.last_day``)."""
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    records.check_may(actor=actor, action="mediation.propose")
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="mediation.propose")
    return _choose(customer, mediation, mediator_id, "bank", actor, now)


@transaction.atomic(durable=True)
def choose_for_customer(
    *, mediation_id: int, customer_id: int, mediator_id: int, seen_version: int | None, now: datetime
) -> Mediation:
    """Say on their own page whom the customer wishes for."""
    customer, mediation = _of_customer(mediation_id, customer_id, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    return _choose(customer, mediation, mediator_id, "customer", records.CUSTOMER, now)


@transaction.atomic(durable=True)
def refuse_for_bank(
    *, mediation_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> StandDown:
    """Refuse the mediator for the bank: its first time without a reason, from then on with one."""
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    records.check_may(actor=actor, action="mediation.propose")
    return _stand_down(customer, _session_of(mediation), "bank", reason, actor, now)


@transaction.atomic(durable=True)
def refuse_for_customer(
    *, mediation_id: int, customer_id: int, reason: str, seen_version: int | None, now: datetime
) -> StandDown:
    """Refuse the mediator on the customer's own page."""
    customer, mediation = _of_customer(mediation_id, customer_id, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    return _stand_down(customer, _session_of(mediation), "customer", reason, records.CUSTOMER, now)


@transaction.atomic(durable=True)
def stand_down(
    *, session_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> StandDown:
    """Take the mediator off a session: by themselves, or by whoever manages panels; always with a reason."""
    mediation_id = Session.objects.filter(id=session_id).values_list("mediation_id", flat=True).first()
    if mediation_id is None:
        raise RefusedError("no_such_session")
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    session = _session_of(mediation)
    if session.id != session_id:
        raise RefusedError("session_over")
    own = actor.staff is not None and sessions.conductor_of(session).id == actor.staff.id
    records.check_may(actor=actor, action="mediation.conduct" if own else "mediation.panel")
    return _stand_down(customer, session, "mediator" if own else "supervisor", reason, actor, now)


def _choose(
    customer: Customer, mediation: Mediation, mediator_id: int, side: str, actor: records.Actor, now: datetime
) -> Mediation:
    mediation.customer = customer
    if not may_choose(mediation, now=now):
        raise RefusedError("choice_over")
    if mediator_id not in {row.id for row in eligible(mediation, now=now)}:
        raise RefusedError("no_such_mediator")
    MediatorChoice.objects.update_or_create(
        mediation=mediation,
        side=side,
        defaults={"customer": customer, "mediator_id": mediator_id, "by": actor.staff, "at": now},
    )
    agreed = chosen(choices_of(mediation))
    session = _live(mediation)
    if agreed is not None:
        clocks.chosen_within(mediation=mediation, now=now)
    if agreed is not None and session is not None and session.mediator_id != agreed and session.state == "scheduled":
        timetables.vacate_within(customer=customer, session=session, because="chosen", actor=actor, now=now)
    elif agreed is not None and mediation.state == "proposed":
        wake.schedule_soon(branch_id=customer.branch_id)
    records.append(
        customer=customer,
        kind="mediation.chosen",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={"mediation": mediation.id, "side": side, "agreed": agreed is not None},
    )
    derivation.derive(customer=customer, now=now)
    return mediation


def _stand_down(
    customer: Customer, session: Session, side: str, reason: str, actor: records.Actor, now: datetime
) -> StandDown:
    mediation, mediator = session.mediation, session.mediator
    assert mediator is not None
    reason = harmless(reason).strip()
    if len(reason) > LONGEST:
        raise RefusedError("reason_too_long", longest=LONGEST)
    before = mediation.stand_downs.filter(by_side=side).count()
    if needs_reason(side, refused_before=before) and not plain(reason):
        raise RefusedError("reason_missing")
    row = StandDown.objects.create(
        mediation=mediation,
        customer=customer,
        mediator=mediator,
        by_side=side,
        by=actor.staff,
        reason=reason,
        at=now,
    )
    mediation.choices.filter(mediator=mediator).delete()
    records.append(
        customer=customer,
        kind="mediation.stood_down",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={"mediation": mediation.id, "session": session.id, "by": side},
    )
    timetables.vacate_within(customer=customer, session=session, because="stood_down", actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return row


def _of_customer(mediation_id: int, customer_id: int, now: datetime) -> tuple[Customer, Mediation]:
    if not Mediation.objects.filter(id=mediation_id, customer=customer_id).exists():
        raise RefusedError("no_such_mediation")
    return mediations.locked(mediation_id=mediation_id, now=now)


def _live(mediation: Mediation) -> Session | None:
    rows = mediation.sessions.filter(state__in=sorted(LIVE_SESSION))
    return rows.select_related("mediation__account", "mediator__staff", "representative", "customer").first()


def _session_of(mediation: Mediation) -> Session:
    """Return the live session with its mediator. Raise RefusedError when there is none."""
    if mediation.kind != Kind.MEDIATION:
        raise RefusedError("negotiation_has_no_panel")
    session = _live(mediation)
    if session is None or session.mediator is None:
        raise RefusedError("no_mediator_yet")
    return session
