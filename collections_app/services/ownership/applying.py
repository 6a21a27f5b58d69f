"""Applying a plan as it was previewed: what has changed since is skipped, and said."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from collections_app.domain.events import EVENT_KINDS, WRITE_DEPENDS_ON
from collections_app.domain.ownership.moving import BATCH, Became, PlanState
from collections_app.models import Account, Customer, Event, Reassignment, ReassignmentLine
from collections_app.selectors import covers, walls
from collections_app.selectors import records as visible_records
from collections_app.selectors.ownership import people
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.ownership.assigning import ACTION
from collections_app.services.ownership.moving import Move, move_within
from collections_app.services.ownership.previewing import on_the_line


def apply(*, plan_id: int, actor: records.Actor, now: datetime) -> Reassignment:
    """Move the accounts of a plan, a hundred records at a time, and return the plan.

    An orchestrating service: what was moved stays moved, and a plan whose run broke off goes on where it stopped when
    it is applied again; applied twice it moves nothing more. Raise NotAllowedError when the role may not or the plan is
    somebody else's, RefusedError when it was dropped.
    """
    plan = _begin(plan_id, actor, now)
    if plan.state == PlanState.APPLIED:
        return plan
    waiting = ReassignmentLine.objects.filter(plan=plan, became=Became.WAITING)
    while batch := list(waiting.order_by("customer_id").values_list("customer_id", flat=True).distinct()[:BATCH]):
        _apply_batch(plan, batch, actor, now)
    Reassignment.objects.filter(id=plan.id).update(state=PlanState.APPLIED, applied_at=now)
    plan.refresh_from_db()
    return plan


@transaction.atomic(durable=True)
def _begin(plan_id: int, actor: records.Actor, now: datetime) -> Reassignment:
    plan = _locked(plan_id, actor)
    if plan.state == PlanState.DROPPED:
        raise RefusedError("plan_dropped")
    if plan.state == PlanState.PREVIEWED:
        plan.state, plan.applied_by = PlanState.APPLYING, actor.staff
        plan.save(update_fields=["state", "applied_by"])
    return plan


def _locked(plan_id: int, actor: records.Actor) -> Reassignment:
    records.check_may(actor=actor, action=ACTION)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    plan = Reassignment.objects.select_for_update(of=("self",)).filter(id=plan_id, created_by=actor.staff).first()
    if plan is None:
        raise RefusedError("no_such_plan")
    return plan


@transaction.atomic(durable=True)
def drop(*, plan_id: int, actor: records.Actor) -> Reassignment:
    """Drop a plan that was only looked at. Raise RefusedError when it was applied already."""
    plan = _locked(plan_id, actor)
    if plan.state not in {PlanState.PREVIEWED, PlanState.DROPPED}:
        raise RefusedError("plan_applied")
    plan.state = PlanState.DROPPED
    plan.save(update_fields=["state"])
    return plan


@transaction.atomic(durable=True)
def _apply_batch(plan: Reassignment, customer_ids: list[int], actor: records.Actor, now: datetime) -> None:
    """Move one batch under the locks of its records, which are taken by ascending id before anything is read."""
    customers = records.lock_many(customer_ids=customer_ids, now=now)
    rows = ReassignmentLine.objects.select_for_update(of=("self",)).filter(
        plan=plan, became=Became.WAITING, customer__in=customer_ids
    )
    lines = list(rows.order_by("customer_id", "account_id"))
    accounts = Account.objects.filter(id__in=[line.account_id for line in lines]).in_bulk()
    changed = _changed(lines, customers, accounts, actor, now)
    moves, moved = [], []
    for line in lines:
        if line.pk not in changed:
            why: dict[str, str | int] = {"reason": "plan", "plan": plan.pk}
            moves.append(Move(accounts[line.account_id], line.to_owner_id, line.to_pool, why))
            moved.append(line.pk)
    move_within(customers=customers, moves=moves, actor=actor, now=now, text=plan.reason)
    ReassignmentLine.objects.filter(id__in=moved).update(became=Became.MOVED)
    ReassignmentLine.objects.filter(id__in=changed).update(became=Became.CHANGED)


def _changed(
    lines: list[ReassignmentLine],
    customers: dict[int, Customer],
    accounts: dict[int, Account],
    actor: records.Actor,
    now: datetime,
) -> set[int]:
    """Return the lines that must not be moved any more: something they rest on is another than it was shown."""
    assert actor.staff is not None
    later = _later_events(lines, customers)
    talking = on_the_line(customers)
    seen = set(visible_records.scoped(actor.staff, now=now).filter(id__in=customers).values_list("id", flat=True))
    targets = {line.to_owner_id for line in lines if line.to_owner_id}
    there = set(people.workers().filter(id__in=targets).values_list("id", flat=True)) - covers.away(now=now)
    walled = walls.pairs(staff_ids=targets, customer_ids=list(customers))
    found = set()
    for line in lines:
        account = accounts[line.account_id]
        stands = (
            line.customer_id in seen
            and not account.closed_in_core
            and (account.owner_id, account.placement) == (line.from_owner_id, line.from_pool)
            and line.customer_id not in talking
            and (line.to_owner_id is None or line.to_owner_id in there)
            and line.to_owner_id not in walled.get(line.customer_id, ())
            and not any(version > line.seen_version for version in later[line.customer_id])
        )
        if not stands:
            found.add(line.pk)
    return found


def _later_events(lines: list[ReassignmentLine], customers: dict[int, Customer]) -> dict[int, list[int]]:
    """Return by record the versions of later events that conflict with assigning. One query, if any record moved."""
    moved = {line.customer_id for line in lines if customers[line.customer_id].version != line.seen_version}
    found: dict[int, list[int]] = defaultdict(list)
    if moved:
        topics = WRITE_DEPENDS_ON[ACTION]
        kinds = [kind.code for kind in EVENT_KINDS.values() if kind.topic in topics and kind.bumps]
        oldest = min(line.seen_version for line in lines)
        events = Event.objects.filter(customer__in=moved, kind__in=kinds, version__gt=oldest)
        for customer_id, version in events.values_list("customer_id", "version"):
            found[customer_id].append(version)
    return found
