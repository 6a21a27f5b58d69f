"""Placing all the waiting sessions of a branch together, and emptying the hours of whoever is away."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from collections_app.models import Customer
from collections_app.services import alerts, derivation, records
from collections_app.services.sweeps import each
from mediation.domain.people.roles import SEATED
from mediation.domain.timetables.first_fit import first_fit
from mediation.domain.timetables.problem import Problem, Timetable, value
from mediation.gateways.cp_sat.process import SolverFailedError, find
from mediation.models import Absence, PanelSeat, Session, TimetableRun
from mediation.selectors import offers
from mediation.selectors.mediations import waiting
from mediation.selectors.people import conflicts
from mediation.selectors.timetables import asked
from mediation.services import scheduling, sessions, wake
from mediation.services.people import panels

# More than a branch has in a week; the rest is placed by the next run.
MOST_TOGETHER = 5000
SOLVER_SECONDS = 45.0
# A run that has not ended by then was killed.
LOST_AFTER = timedelta(minutes=10)
ALERT = "mediation_solver_failed"
_log = logging.getLogger(__name__)


def schedule_branch(*, branch_id: int, now: datetime) -> int:
    """Give every waiting session of a branch a date, each in its own transaction; return how many got one.

    One that waits alone gets the earliest hour. Several are placed together: when the weightiest-first rule finds no
    room for all of them the solver is asked. Every place is booked as any other is, the record locked and the
    constraints of the database obeyed; what was taken meanwhile gets the earliest hour that is left. Two runs for one
    branch never go on at once: the second does nothing. Nor does one beside somebody who finds dates alone.
    """
    with transaction.atomic():
        rows = list(
            waiting(now=now)
            .filter(customer__branch=branch_id)
            .select_related("account", "customer__branch")[: MOST_TOGETHER if wake.may_look_within() else 0]
        )
    # Whose customers are offered hours to pick from are not placed: they get theirs one after another.
    picking = offers.due_among(rows, now=now)
    done = sum(scheduling.schedule(mediation_id=key, now=now) is not None for key in sorted(picking))
    rows = [row for row in rows if row.id not in picking]
    if len(rows) < 2:
        return done + sum(scheduling.schedule(mediation_id=row.id, now=now) is not None for row in rows)
    run = _begin(branch_id, len(rows), now)
    if run is None:
        return done
    try:
        question = asked(rows, now=now)
        places, last = _timetable(run, question.problem, now), question.problem.horizon
        for row in sorted(rows, key=lambda each: places[each.id].start if each.id in places else last):
            wish = question.slot(row.id, places[row.id]) if row.id in places else None
            run.placed += scheduling.schedule(mediation_id=row.id, now=now, wish=wish) is not None
    finally:
        run.ended_at = now
        run.save()
    return done + run.placed


def sweep(*, now: datetime) -> int:
    """Place what waits in every branch, woken for or not; return how many sessions got a date."""
    branches = waiting(now=now).order_by().values_list("customer__branch_id", flat=True).distinct()
    return sum(schedule_branch(branch_id=branch_id, now=now) for branch_id in list(branches))


def vacate(*, now: datetime, limit: int = 200) -> int:
    """Take sessions to come off people who are away in their hours or barred by now, and out of rooms that are closed.

    Another date is found for them. Only where it is an expert of the panel, another expert who is free then takes the
    seat, and the session stays where it was announced.

    Each in its own transaction; return how many. The rows are the queue: what is not done now is done next time.
    """
    away = Absence.objects.filter(during__overlap=OuterRef("during"))
    rows = Session.objects.filter(
        Q(Exists(away.filter(staff=OuterRef("mediator__staff"))))
        | Q(Exists(away.filter(staff=OuterRef("representative"))))
        | Q(Exists(_seats_away()))
        | Q(room__active=False)
        | Q(room__place__active=False),
        state="scheduled",
        during__startswith__gt=now,
    )
    found = list(rows.order_by("id").values_list("id", flat=True)[:limit])
    found += sorted(conflicts.barred_since(now=now) - set(found))[: limit - len(found)]
    return each(found, partial(_vacate, now=now))


@transaction.atomic(durable=True)
def _vacate(session_id: int, *, now: datetime) -> bool:
    customer_id = Session.objects.values_list("customer_id", flat=True).get(id=session_id)
    customer = records.lock(customer_id=customer_id, now=now)
    session = Session.objects.select_related("mediation__account", "customer__branch", "room__place", "mediator").get(
        id=session_id
    )
    if session.state != "scheduled":
        return False
    session.customer = session.mediation.customer = customer
    conflict = conflicts.of_session(session)
    if not conflict.holders and conflict.seats:
        panels.replace_barred_within(session=session, seats=conflict.seats, now=now)
    if not conflict.holders and not _must_move(session) and panels.replace_away_within(session=session, now=now):
        return False
    shut = session.room is not None and not (session.room.active and session.room.place.active)
    because = "room_closed" if shut else "conflict" if conflict.holders else "person_away"
    vacate_within(customer=customer, session=session, because=because, actor=records.SYSTEM, now=now)
    derivation.derive(customer=customer, now=now)
    return True


def _seats_away() -> QuerySet[PanelSeat]:
    """Return the seats of a session, in a query about it, whose experts are away in its hours."""
    away = Absence.objects.filter(staff=OuterRef("expert__staff"), during__overlap=OuterRef("during"))
    return PanelSeat.objects.filter(Exists(away), session=OuterRef("id"), live=True, state__in=SEATED)


def _must_move(session: Session) -> bool:
    """Return whether a session cannot be where it is: its mediator or representative is away, or its room closed."""
    if session.room is not None and not (session.room.active and session.room.place.active):
        return True
    people = [session.representative_id] + ([session.mediator.staff_id] if session.mediator else [])
    return Absence.objects.filter(staff__in=people, during__overlap=session.during).exists()


def vacate_within(*, customer: Customer, session: Session, because: str, actor: records.Actor, now: datetime) -> None:
    """Give back the hours of a live session and look for others, on a record the caller has locked; it derives."""
    sessions.cancel_within(customer=customer, session=session, because=because, actor=actor, now=now)
    sessions.wait_for_another_date(session, now)


def _begin(branch_id: int, number: int, now: datetime) -> TimetableRun | None:
    TimetableRun.objects.filter(branch=branch_id, ended_at__isnull=True, began_at__lt=now - LOST_AFTER).update(
        ended_at=F("began_at") + LOST_AFTER
    )
    try:
        with transaction.atomic():
            return TimetableRun.objects.create(branch_id=branch_id, began_at=now, waiting=number)
    except IntegrityError:
        return None


def _timetable(run: TimetableRun, problem: Problem, now: datetime) -> Timetable:
    """Return where the sessions go, and note in the run how good that is."""
    found = first_fit(problem)
    total = sum(sitting.weight for sitting in problem.sittings)
    run.value, run.bound = value(problem, found), total
    if run.value == total:
        return found
    try:
        found, bound = find(problem, seconds=SOLVER_SECONDS)
    except SolverFailedError as error:
        _log.warning("the solver failed: %s", error)
        alerts.raise_alert(kind=ALERT, detail={"waiting": run.waiting}, now=now, branch=run.branch)
        run.found_by = "failed"
        return found
    alerts.clear(kind=ALERT, now=now, branch=run.branch)
    run.found_by = "solver"
    run.value, run.bound = value(problem, found), max(int(bound), value(problem, found))
    return found
