"""When mediators and representatives take sessions."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from collections_app.models import Staff
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.domain.slots import WeeklyHours
from mediation.models import Absence, Availability
from mediation.services import wake


@transaction.atomic(durable=True)
def set_weekly(
    *, staff_id: int, hours: Sequence[WeeklyHours], actor: records.Actor, zone: str = "Asia/Shanghai"
) -> None:
    """Replace a person's weekly hours. Sessions already announced stay where they are."""
    records.check_may(actor=actor, action="admin")
    staff = Staff.objects.select_for_update().filter(id=staff_id).first()
    if staff is None:
        raise RefusedError("no_such_staff")
    by_day: dict[int, list[WeeklyHours]] = {}
    for row in hours:
        by_day.setdefault(row.weekday, []).append(row)
    for rows in by_day.values():
        ordered = sorted(rows, key=lambda row: row.opens)
        if any(one.closes > other.opens for one, other in pairwise(ordered)) or any(
            row.closes <= row.opens for row in ordered
        ):
            raise RefusedError("hours_overlap")
    Availability.objects.filter(staff=staff).delete()
    Availability.objects.bulk_create(
        Availability(staff=staff, weekday=row.weekday, opens=row.opens, closes=row.closes, zone=zone) for row in hours
    )


@transaction.atomic(durable=True)
def add_absence(*, staff_id: int, starts_at: datetime, ends_at: datetime, actor: records.Actor) -> Absence:
    """Record that a person takes no session in a stretch of time; those they have then get another date."""
    records.check_may(actor=actor, action="admin")
    if ends_at <= starts_at:
        raise RefusedError("absence_without_length")
    if Absence.objects.filter(staff_id=staff_id, during__overlap=(starts_at, ends_at)).exists():
        raise RefusedError("absence_already")
    wake.vacate_soon()
    return Absence.objects.create(staff_id=staff_id, during=DateTimeTZRange(starts_at, ends_at))


@transaction.atomic(durable=True)
def remove_absence(*, absence_id: int, actor: records.Actor) -> None:
    """Take back an absence: the person may be booked in that stretch again. Raise RefusedError when there is none."""
    records.check_may(actor=actor, action="admin")
    removed, _by_model = Absence.objects.filter(id=absence_id).delete()
    if not removed:
        raise RefusedError("no_such_absence")
