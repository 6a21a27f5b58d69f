"""The panel beside the mediator: filled when a session gets its date, answered by experts, changed by hand."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from psycopg2.errors import ExclusionViolation

from collections_app.domain.typed import harmless, plain
from collections_app.models import Customer
from collections_app.services import derivation, form_keys, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain.people.roles import EXPERT_ROLES, SEATED
from mediation.domain.states import LIVE_SESSION
from mediation.models import Absence, Expert, PanelSeat, Session
from mediation.selectors.people.experts import could_sit_later, free_experts, needed
from mediation.services import rooms
from mediation.services.sessions import conductor_of

LONGEST_REASON = 500


def fill_within(*, session: Session, now: datetime, thought_of: Collection[int] = ()) -> None:
    """Give a session that has just got its date the experts it asks for, on a record the caller has locked.

    Those the timetable thought of, else the least loaded of those free, then the lowest id; a role nobody is free for
    stays open.
    """
    for need in needed(session, now=now):
        _seat(session, need.role.value, need.reason, now=now, thought_of=thought_of)


def replace_away_within(*, session: Session, now: datetime) -> bool:
    """Give the seats of experts who are away to others free in its hours, on a record the caller has locked.

    Return whether the session can stay where it was announced: the seats are filled, or nobody could fill them at any
    other hour either and they stay open. Else nothing is written.
    """
    away = Absence.objects.filter(staff=OuterRef("expert__staff"), during__overlap=OuterRef("during"))
    seats = list(session.seats.filter(Exists(away), state__in=SEATED, live=True))
    free = {seat.id: free_experts(session, seat.role, now=now) for seat in seats}
    if not all(free[seat.id] or not could_sit_later(session, seat.role, now=now) for seat in seats):
        return False
    for seat in seats:
        _close(seat, "replaced", now)
        _seat(session, seat.role, seat.reason, now=now)
    return True


def replace_barred_within(*, session: Session, seats: Collection[int], now: datetime) -> None:
    """Give the seats of experts who are barred by now to others free in the session's hours; the record is locked.

    ``seats`` are their ids. A seat nobody else is free for stays open: the parties meet without.
    """
    for seat in session.seats.filter(id__in=seats, state__in=SEATED, live=True):
        _close(seat, "replaced", now)
        _seat(session, seat.role, seat.reason, now=now)


@transaction.atomic(durable=True)
def assign(
    *,
    session_id: int,
    role: str,
    expert_id: int | None,
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> None:
    """Give a role of a session to another expert, add one, or leave it out (``expert_id`` None), with a reason.

    By the session's mediator or whoever manages panels. Raise RefusedError for somebody who may not or cannot sit
    there: not free, without qualification, barred by a conflict.
    """
    customer, session = _locked(session_id, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    check_manages(session=session, actor=actor)
    if role not in EXPERT_ROLES:
        raise RefusedError("no_such_speciality")
    if not plain(reason):
        raise RefusedError("reason_missing")
    if len(reason) > LONGEST_REASON:
        raise RefusedError("reason_too_long", longest=LONGEST_REASON)
    before = session.seats.filter(role=role, state__in=["open", *SEATED]).first()
    if (before.expert_id if before else None) == expert_id and (before is None or expert_id is not None):
        raise RefusedError("seat_as_before")
    # Given the role already, they hold the hours themselves until the row of before is closed.
    if before is not None:
        _close(before, "replaced", now)
    if expert_id is not None:
        fit = {row.id: row for row in free_experts(session, role, now=now)}
        if expert_id not in fit:
            raise RefusedError("expert_not_free")
        why = before.reason if before else "by_hand"
        try:
            with transaction.atomic():
                _create(session, role, why, fit[expert_id], now, because=harmless(reason).strip())
        except IntegrityError as error:
            if not isinstance(error.__cause__, ExclusionViolation):
                raise
            raise RefusedError("expert_not_free") from error
    records.append(
        customer=customer,
        kind="mediation.panel",
        actor=actor,
        now=now,
        account_id=session.mediation.account_id,
        payload={"mediation": session.mediation_id, "session": session.id, "role": role, "expert": expert_id},
    )
    derivation.derive(customer=customer, now=now)


@transaction.atomic(durable=True)
def answer(*, seat_id: int, accepts: bool, actor: records.Actor, now: datetime) -> PanelSeat:
    """Record an expert's own answer; when they decline, the next one free is asked.

    It is no part of the record: no version, for the expert sees none. Raise NotAllowedError for somebody else's seat.
    """
    records.check_may(actor=actor, action="mediation.advise")
    found = PanelSeat.objects.filter(id=seat_id).values_list("customer_id", "expert__staff_id").first()
    if found is None or actor.staff is None or found[1] != actor.staff.id:
        raise NotAllowedError("not_your_seat", action="mediation.advise")
    records.lock(customer_id=found[0], now=now)
    seat = PanelSeat.objects.select_related("session__mediation__account", "session__customer__branch").get(id=seat_id)
    if not seat.live or seat.state not in SEATED:
        raise RefusedError("seat_over")
    if accepts and seat.state == "accepted":
        raise RefusedError("seat_as_before")
    form_keys.keep_within(customer_id=seat.customer_id, now=now)
    if accepts:
        seat.state, seat.answered_at = "accepted", now
        seat.save(update_fields=["state", "answered_at"])
        rooms.reseat_within(session_id=seat.session_id, staff_id=actor.staff.id)
        return seat
    _close(seat, "declined", now)
    asked = list(seat.session.seats.filter(state="declined", role=seat.role).values_list("expert_id", flat=True))
    _seat(seat.session, seat.role, seat.reason, now=now, without=asked)
    return seat


def check_manages(*, session: Session, actor: records.Actor) -> None:
    """Refuse everybody but the session's mediator and whoever manages panels."""
    if actor.staff is not None and session.mediator is not None and conductor_of(session).id == actor.staff.id:
        records.check_may(actor=actor, action="mediation.conduct")
        return
    records.check_may(actor=actor, action="mediation.panel")


def _seat(
    session: Session,
    role: str,
    reason: str,
    *,
    now: datetime,
    without: Sequence[int] = (),
    thought_of: Collection[int] = (),
) -> None:
    free = free_experts(session, role, now=now, without=without)
    for person in sorted(free, key=lambda each: each.id not in thought_of):
        try:
            with transaction.atomic():
                _create(session, role, reason, person, now)
        except IntegrityError as error:
            if not isinstance(error.__cause__, ExclusionViolation):
                raise
        else:
            return
    _create(session, role, reason, None, now)


def _create(
    session: Session, role: str, reason: str, expert: Expert | None, now: datetime, *, because: str = ""
) -> PanelSeat:
    return PanelSeat.objects.create(
        session=session,
        customer_id=session.customer_id,
        role=role,
        reason=reason,
        expert=expert,
        state="proposed" if expert else "open",
        changed_because=because,
        during=session.during,
        at=now,
    )


def _close(seat: PanelSeat, state: str, now: datetime) -> None:
    if seat.expert is None:
        # Nobody ever sat there: nothing to keep.
        seat.delete()
        return
    seat.state, seat.answered_at = state, now
    seat.save(update_fields=["state", "answered_at"])
    rooms.unseat_within(session_id=seat.session_id, staff_id=seat.expert.staff_id)


def _locked(session_id: int, now: datetime) -> tuple[Customer, Session]:
    customer_id = Session.objects.filter(id=session_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_session")
    customer = records.lock(customer_id=customer_id, now=now)
    session = Session.objects.select_related("mediation__account", "mediator__staff", "representative").get(
        id=session_id
    )
    session.customer = session.mediation.customer = customer
    if session.state not in LIVE_SESSION:
        raise RefusedError("session_over")
    if session.mediator is None:
        raise RefusedError("negotiation_has_no_panel")
    return customer, session
