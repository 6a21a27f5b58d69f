"""Applying a plan as it was previewed: what has changed since is skipped, and said."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from collections_app.domain.events import EVENT_KINDS, WRITE_DEPENDS_ON
from collections_app.domain.ownership.moving import AGENCY_GOALS, BATCH, OWN_GOALS, Became, PlanState
from collections_app.models import Account, Customer, Event, Reassignment, ReassignmentLine
from collections_app.selectors import covers, walls
from collections_app.selectors import records as visible_records
from collections_app.selectors.ownership import people
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.ownership import placing
from collections_app.services.ownership.assigning import ACTION
from collections_app.services.ownership.moving import Move, move_within
from collections_app.services.ownership.previewing import on_the_line


def apply(*, plan_id: int, actor: records.Actor, now: datetime, action: str = ACTION) -> Reassignment:
    """Move the accounts of a plan, a hundred records at a time, and return the plan.

    ``action`` is what the plan is of: ``owner.assign`` among one's own people, ``account.place`` with an agency.

    An orchestrating service: what was moved stays moved, and a plan whose run broke off goes on where it stopped when
    it is applied again; applied twice it moves nothing more. Raise NotAllowedError when the role may not or the plan is
    somebody else's, RefusedError when it was dropped.
    """
    plan = _begin(plan_id, actor, action)
    if plan.state == PlanState.APPLIED:
        return plan
    waiting = ReassignmentLine.objects.filter(plan=plan, became=Became.WAITING)
    while batch := list(waiting.order_by("customer_id").values_list("customer_id", flat=True).distinct()[:BATCH]):
        _apply_batch(plan, batch, actor, now)
    Reassignment.objects.filter(id=plan.id).update(state=PlanState.APPLIED, applied_at=now)
    plan.refresh_from_db()
    return plan


@transaction.atomic(durable=True)
def _begin(plan_id: int, actor: records.Actor, action: str) -> Reassignment:
    plan = _locked(plan_id, actor, action)
    if plan.state == PlanState.DROPPED:
        raise RefusedError("plan_dropped")
    if plan.state == PlanState.PREVIEWED:
        plan.state, plan.applied_by = PlanState.APPLYING, actor.staff
        plan.save(update_fields=["state", "applied_by"])
    return plan


def _locked(plan_id: int, actor: records.Actor, action: str) -> Reassignment:
    records.check_may(actor=actor, action=action)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=action)
    goals = AGENCY_GOALS if action == placing.ACTION else OWN_GOALS
    rows = Reassignment.objects.select_for_update(of=("self",)).select_related("created_by", "agency")
    plan = rows.filter(id=plan_id, goal__in=goals, created_by=actor.staff).first()
    if plan is None:
        raise RefusedError("no_such_plan")
    return plan


@transaction.atomic(durable=True)
def drop(*, plan_id: int, actor: records.Actor, action: str = ACTION) -> Reassignment:
    """Drop a plan that was only looked at. Raise RefusedError when it was applied already."""
    plan = _locked(plan_id, actor, action)
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
    accounts = Account.objects.filter(id__in=[line.account_id for line in lines]).select_related("customer").in_bulk()
    changed = _changed(plan, lines, customers, accounts, now)
    standing = [line for line in lines if line.pk not in changed]
    if plan.goal in AGENCY_GOALS:
        chosen = [accounts[line.account_id] for line in standing]
        done = placing.apply_within(plan=plan, customers=customers, accounts=chosen, actor=actor, now=now)
        changed |= {line.pk for line in standing if line.account_id not in done}
    else:
        changed |= _unfit(standing, customers, accounts, now)
        why: dict[str, str | int] = {"reason": "plan", "plan": plan.pk}
        moves = [
            Move(accounts[line.account_id], line.to_owner_id, line.to_pool, why)
            for line in standing
            if line.pk not in changed
        ]
        move_within(customers=customers, moves=moves, actor=actor, now=now, text=plan.reason)
    moved = [line.pk for line in lines if line.pk not in changed]
    ReassignmentLine.objects.filter(id__in=moved).update(became=Became.MOVED)
    ReassignmentLine.objects.filter(id__in=changed).update(became=Became.CHANGED)


def _changed(
    plan: Reassignment,
    lines: list[ReassignmentLine],
    customers: dict[int, Customer],
    accounts: dict[int, Account],
    now: datetime,
) -> set[int]:
    """Return the lines that must not be moved any more: something they rest on is another than it was shown."""
    later = _later_events(lines, customers, placing.WRITES.get(plan.goal, ACTION))
    seen = set(visible_records.scoped(plan.created_by, now=now).filter(id__in=customers).values_list("id", flat=True))
    stands = {pk: (account.owner_id, account.placement) for pk, account in accounts.items()}
    return {
        line.pk
        for line in lines
        if line.customer_id not in seen
        or stands[line.account_id] != (line.from_owner_id, line.from_pool)
        or any(version > line.seen_version for version in later[line.customer_id])
    }


def _unfit(
    lines: list[ReassignmentLine], customers: dict[int, Customer], accounts: dict[int, Account], now: datetime
) -> set[int]:
    """Return the lines that cannot go to the colleague they were to go to any more, or not while a call lasts."""
    talking = on_the_line(customers)
    targets = {line.to_owner_id for line in lines if line.to_owner_id}
    there = set(people.workers().filter(id__in=targets).values_list("id", flat=True)) - covers.away(now=now)
    walled = walls.pairs(staff_ids=targets, customer_ids=list(customers))
    return {
        line.pk
        for line in lines
        if accounts[line.account_id].closed_in_core
        or line.customer_id in talking
        or (line.to_owner_id is not None and line.to_owner_id not in there)
        or line.to_owner_id in walled.get(line.customer_id, ())
    }


def _later_events(lines: list[ReassignmentLine], customers: dict[int, Customer], write: str) -> dict[int, list[int]]:
    """Return by record the versions of later events that conflict with the write. One query, if any record moved."""
    moved = {line.customer_id for line in lines if customers[line.customer_id].version != line.seen_version}
    found: dict[int, list[int]] = defaultdict(list)
    if moved:
        topics = WRITE_DEPENDS_ON[write]
        kinds = [kind.code for kind in EVENT_KINDS.values() if kind.topic in topics and kind.bumps]
        oldest = min(line.seen_version for line in lines)
        events = Event.objects.filter(customer__in=moved, kind__in=kinds, version__gt=oldest)
        for customer_id, version in events.values_list("customer_id", "version"):
            found[customer_id].append(version)
    return found
