"""Qualifications and trainings: what shows that somebody may be booked, and the warning before it ends."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from collections_app.domain.staff import Role
from collections_app.models import Staff
from collections_app.services import alerts, records
from collections_app.services.errors import RefusedError
from mediation.domain.people.roles import COURSES, QUALIFICATION_KINDS
from mediation.models import Qualification, Training
from mediation.selectors.people.ending import ending
from mediation.selectors.sessions import BANK_ZONE

WARN_BEFORE = timedelta(days=30)
ALERT = "mediation_papers_ending"


@transaction.atomic(durable=True)
def add_training(
    *, staff_id: int, course: str, passed_on: date | None, valid_until: date | None, actor: records.Actor
) -> Training:
    """Record a training that a mediator passed: within its days they may be booked for its product."""
    records.check_may(actor=actor, action="admin")
    if course not in COURSES:
        raise RefusedError("no_such_course")
    _check(staff_id, {Role.MEDIATOR}, passed_on, valid_until)
    if Training.objects.filter(staff_id=staff_id, course=course, passed_on=passed_on).exists():
        raise RefusedError("paper_already")
    return Training.objects.create(staff_id=staff_id, course=course, passed_on=passed_on, valid_until=valid_until)


@transaction.atomic(durable=True)
def end_training(*, training_id: int, last_day: date, actor: records.Actor) -> Training:
    """Say on which day a training ends. Sessions already announced stay where they are."""
    records.check_may(actor=actor, action="admin")
    row = Training.objects.select_for_update().filter(id=training_id).first()
    if row is None:
        raise RefusedError("no_such_paper")
    if row.passed_on is not None and last_day < row.passed_on:
        raise RefusedError("paper_days")
    row.valid_until = last_day
    row.save(update_fields=["valid_until"])
    return row


@transaction.atomic(durable=True)
def add_qualification(
    *, staff_id: int, kind: str, number: str, valid_from: date, valid_to: date | None, actor: records.Actor
) -> Qualification:
    """Record a licence or certificate of a mediator or an expert."""
    records.check_may(actor=actor, action="admin")
    if kind not in QUALIFICATION_KINDS or not number.strip():
        raise RefusedError("no_such_qualification")
    _check(staff_id, {Role.MEDIATOR, Role.EXPERT}, valid_from, valid_to)
    found = Qualification.objects.filter(staff_id=staff_id, kind=kind, number=number.strip(), valid_from=valid_from)
    if found.exists():
        raise RefusedError("paper_already")
    return Qualification.objects.create(
        staff_id=staff_id, kind=kind, number=number.strip(), valid_from=valid_from, valid_to=valid_to
    )


@transaction.atomic(durable=True)
def end_qualification(*, qualification_id: int, last_day: date, actor: records.Actor) -> Qualification:
    """Say on which day a qualification ends. Sessions already announced stay where they are."""
    records.check_may(actor=actor, action="admin")
    row = Qualification.objects.select_for_update().filter(id=qualification_id).first()
    if row is None:
        raise RefusedError("no_such_paper")
    if last_day < row.valid_from:
        raise RefusedError("paper_days")
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    return row


def watch(*, now: datetime) -> int:
    """Raise the alert of trainings and qualifications that end within thirty days, or clear it; return how many."""
    today = now.astimezone(BANK_ZONE).date()
    found = ending(today=today, last=today + WARN_BEFORE)
    if found.number:
        first = found.first.isoformat() if found.first else None
        alerts.raise_alert(kind=ALERT, detail={"number": found.number, "first": first}, now=now)
    else:
        alerts.clear(kind=ALERT, now=now)
    return found.number


def _check(staff_id: int, roles: set[Role], first: date | None, last: date | None) -> None:
    if not Staff.objects.filter(Q(role__in=roles), id=staff_id).exists():
        raise RefusedError("no_such_staff")
    if first is not None and last is not None and last < first:
        raise RefusedError("paper_days")
