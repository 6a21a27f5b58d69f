"""Leave cover: arranging it, ending it early, and giving back what somebody holds when their leave begins."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from collections_app.models import LeaveCover, Staff
from collections_app.selectors import covers as selector
from collections_app.selectors.ownership import people
from collections_app.services import records, sweeps
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.ownership import releasing

ACTION = "owner.assign"
LONGEST = timedelta(days=366)


@transaction.atomic(durable=True)
def arrange(
    *,
    away_id: int,
    cover_id: int,
    first_on: date,
    last_on: date,
    reason: str,
    actor: records.Actor,
    now: datetime,
) -> LeaveCover:
    """Let a colleague work somebody's book from a day to a day, both included. It begins and ends by itself.

    Raise NotAllowedError when the role may not; RefusedError for people out of reach, days that are over or in no
    order, somebody who is away or covered already then, and a colleague who is away themself.
    """
    records.check_may(actor=actor, action=ACTION)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    reach = people.assignable(actor.staff)
    # Locked by ascending id, so that two covers that would overlap wait for one another.
    found = {
        row.id: row
        for row in Staff.objects.select_for_update(of=("self",))
        .filter(id__in={away_id, cover_id} & set(reach.values_list("id", flat=True)))
        .select_related("branch")
        .order_by("id")
    }
    away, cover = found.get(away_id), found.get(cover_id)
    if away is None or cover is None:
        raise RefusedError("no_such_colleague")
    if away.id == cover.id:
        raise RefusedError("cover_by_oneself")
    zone = ZoneInfo(away.branch.time_zone if away.branch else settings.TIME_ZONE)
    begins = datetime.combine(first_on, time.min, tzinfo=zone)
    ends = datetime.combine(last_on + timedelta(days=1), time.min, tzinfo=zone)
    if begins >= ends or ends <= now or ends - begins > LONGEST:
        raise RefusedError("cover_days")
    _check_free(away, cover, begins, ends)
    return LeaveCover.objects.create(
        away=away,
        cover=cover,
        begins_at=begins,
        ends_at=ends,
        reason=reason.strip()[:200],
        created_by=actor.staff,
        created_at=now,
    )


def _check_free(away: Staff, cover: Staff, begins: datetime, ends: datetime) -> None:
    then = LeaveCover.objects.filter(ended_at__isnull=True, begins_at__lt=ends, ends_at__gt=begins)
    if then.filter(away=away).exists():
        raise RefusedError("cover_already")
    if then.filter(Q(away=cover) | Q(cover=away)).exists():
        raise RefusedError("cover_is_away")


@transaction.atomic(durable=True)
def end(*, cover_id: int, actor: records.Actor, now: datetime) -> LeaveCover:
    """End a cover before its time: somebody is back. Raise RefusedError when there is none in one's reach."""
    records.check_may(actor=actor, action=ACTION)
    row = LeaveCover.objects.select_for_update(of=("self",)).filter(id=cover_id, ended_at__isnull=True).first()
    if row is None or row.ends_at <= now:
        raise RefusedError("no_such_cover")
    if actor.staff is not None and not people.overseen(actor.staff).filter(id=row.away_id).exists():
        raise RefusedError("no_such_cover")
    row.ended_at, row.ended_by = now, actor.staff
    row.save(update_fields=["ended_at", "ended_by"])
    return row


def sweep(*, now: datetime) -> int:
    """Give back what people hold whose leave has begun, and return how many there were. Safe to lose and to repeat."""
    begun = selector.in_force(now=now).filter(released_at__isnull=True).order_by("id")
    return sweeps.each(list(begun.values_list("id", "away_id")), lambda row: _begin(*row, now))


def _begin(cover_id: int, staff_id: int, now: datetime) -> int:
    releasing.release(staff_id=staff_id, why="on_leave", actor=records.SYSTEM, now=now)
    return LeaveCover.objects.filter(id=cover_id, released_at__isnull=True).update(released_at=now)
