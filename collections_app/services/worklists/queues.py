"""Views of the worklist as data: what people keep, what supervisors share, and the bank's queues."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from collections_app.domain.next_steps import QUEUES
from collections_app.domain.staff import Role
from collections_app.domain.told.verdicts import FLAGGED
from collections_app.domain.typed import plain
from collections_app.domain.worklists.claims import PASSED_OVER_OFTEN
from collections_app.domain.worklists.conditions import Condition, ConditionError, read_stored
from collections_app.domain.worklists.orders import ORDERS
from collections_app.domain.worklists.views import queue_view
from collections_app.models import SavedQueue, Staff
from collections_app.selectors.saved_queues import KnownCodes
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError

LONGEST_NAME = 40
MOST_VIEWS = 30


@transaction.atomic(durable=True)
def save(
    *,
    name: str,
    conditions: Sequence[Condition],
    order: str,
    actor: records.Actor,
    now: datetime,
    shared: bool = False,
    role: str = "",
) -> SavedQueue:
    """Keep a view under a name; the person's view of that name becomes this one. Sending it again changes nothing.

    A shared view is seen by their branch (by the whole bank where they belong to none), or by one role there; sharing
    needs its permission. Raise RefusedError for a name or conditions that cannot be, or too many views.
    """
    staff = _person(actor)
    if shared:
        records.check_may(actor=actor, action="view.share")
    name = plain(name)
    if not name:
        raise RefusedError("view_name_missing")
    if len(name) > LONGEST_NAME:
        raise RefusedError("view_name_too_long", longest=LONGEST_NAME)
    try:
        stored = [item.stored() for item in read_stored([item.stored() for item in conditions], KnownCodes())]
    except ConditionError as error:
        raise RefusedError("view_makes_no_sense") from error
    if order not in ORDERS or (role and role not in list(Role)):
        raise RefusedError("view_makes_no_sense")
    # One at a time for each person: the limit holds for two tabs as well.
    Staff.objects.select_for_update().get(id=staff.id)
    kept = SavedQueue.objects.filter(owner=staff, code="")
    if not kept.filter(name_zh=name).exists() and kept.count() >= MOST_VIEWS:
        raise RefusedError("views_too_many", most=MOST_VIEWS)
    values = {
        "conditions": stored,
        "order": order,
        "shared": shared,
        "role": role if shared else "",
        "branch_id": staff.branch_id,
        "active": True,
    }
    row, _new = SavedQueue.objects.update_or_create(
        owner=staff, code="", name_zh=name, defaults=values, create_defaults=values | {"created_at": now}
    )
    return row


@transaction.atomic(durable=True)
def remove(*, view_id: int, actor: records.Actor) -> str:
    """Remove a view and return its name: one's own, or one that is shared with one's branch, where one may share.

    Raise RefusedError when there is no such view, or it is none of this person's.
    """
    staff = _person(actor)
    row = SavedQueue.objects.select_for_update().filter(id=view_id, code="").first()
    shared_here = row is not None and row.shared and row.branch_id == staff.branch_id and staff.may("view.share")
    if row is None or not (row.owner_id == staff.id or shared_here):
        raise RefusedError("no_such_view")
    row.delete()
    return row.name


@transaction.atomic(durable=True)
def change(*, row: SavedQueue, actor: records.Actor) -> SavedQueue:
    """Save one of the bank's queues: names, order, role, position, and whether it is in use.

    Raise ValidationError for values that cannot be, NotAllowedError when the actor is no administrator, RefusedError
    when the row is none of the bank's.
    """
    records.check_may(actor=actor, action="admin")
    if not row.code:
        raise RefusedError("no_such_view")
    row.full_clean()
    row.save()
    return row


def load(*, now: datetime) -> int:
    """Create a row for each of the bank's queues that has none, and return how many there were."""
    rows = [
        SavedQueue(
            code=view.key,
            name_zh=view.name_zh,
            name_en=view.name_en,
            conditions=[item.stored() for item in view.conditions],
            position=position * 10,
            created_at=now,
        )
        for position, view in enumerate(queue_view(code) for code in QUEUES)
    ]
    rows.append(
        SavedQueue(
            code="passed_over",
            name_zh="多次跳过",
            name_en="Passed over",
            conditions=[Condition("passed_over", low=PASSED_OVER_OFTEN).stored()],
            role=Role.SUPERVISOR,
            position=len(rows) * 10,
            created_at=now,
        )
    )
    rows.append(
        SavedQueue(
            code="told",
            name_zh="告知待更正",
            name_en="To be put right",
            conditions=[Condition("told", tuple(sorted(FLAGGED))).stored()],
            position=len(rows) * 10,
            created_at=now,
        )
    )
    before = SavedQueue.objects.count()
    SavedQueue.objects.bulk_create(rows, ignore_conflicts=True)
    return SavedQueue.objects.count() - before


def _person(actor: records.Actor) -> Staff:
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="view.save")
    return actor.staff
