"""Plans to move many accounts: chosen, decided line by line, and kept as they were shown."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from collections_app.domain.ownership.moving import MOST, OWN_GOALS, Became, Goal, Skip
from collections_app.domain.ownership.pools import MOVED_BY_HAND
from collections_app.domain.ownership.rules import Loads, assign
from collections_app.domain.typed import plain
from collections_app.models import Account, Conversation, Reassignment, ReassignmentLine, Staff
from collections_app.selectors import covers, lines, walls
from collections_app.selectors import records as visible_records
from collections_app.selectors.ownership import people
from collections_app.selectors.ownership import rules as rule_rows
from collections_app.services import form_keys, records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.ownership.assigning import ACTION, pool_for

NOBODY = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts: of somebody (0: of nobody, None: of whomever), and of what kind; empty is any. In fen."""

    from_staff_id: int | None = None
    branch_id: int | None = None
    product: str = ""
    stage: str = ""
    from_fen: int | None = None
    below_fen: int | None = None
    most: int = MOST


@dataclass(frozen=True, slots=True)
class Decided:
    """Of one account: who and which pool it goes to, or why it is skipped (with the hold that stops a placement)."""

    owner_id: int | None
    pool: str
    skip: str = ""
    rule_id: int | None = None
    hold: str = ""


def preview(
    *,
    selection: Selection,
    goal: str,
    to_staff_ids: Sequence[int],
    pool: str,
    reason: str,
    actor: records.Actor,
    now: datetime,
    form_key: str = "",
) -> Reassignment:
    """Decide for each chosen account to whom it would go or why it is skipped, keep that, and move nothing.

    A form that is sent again gives the plan of its first sending. Raise NotAllowedError when the role may not;
    RefusedError without a reason, without anybody to give to, for people out of reach, and when nothing was chosen.
    """
    return once(actor, form_key, lambda key: _preview(selection, goal, to_staff_ids, pool, reason, actor, now, key))


def once(actor: records.Actor, form_key: str, make: Callable[[str], Reassignment]) -> Reassignment:
    """Return what ``make`` makes of a form's key, or the plan of the form's first sending."""
    form_key = form_key if form_keys.is_key(form_key) else ""
    if form_key and actor.staff is not None and (first := _first(actor.staff, form_key)):
        return first
    try:
        return make(form_key)
    except IntegrityError:
        # The other of two at the same instant was first.
        if actor.staff is not None and (first := _first(actor.staff, form_key)):
            return first
        raise


def _first(staff: Staff, form_key: str) -> Reassignment | None:
    return Reassignment.objects.filter(created_by=staff, form_key=form_key).first()


@transaction.atomic(durable=True)
def _preview(
    selection: Selection,
    goal: str,
    to_staff_ids: Sequence[int],
    pool: str,
    reason: str,
    actor: records.Actor,
    now: datetime,
    form_key: str,
) -> Reassignment:
    records.check_may(actor=actor, action=ACTION)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    if not plain(reason):
        raise RefusedError("reason_missing")
    if pool and pool not in MOVED_BY_HAND:
        raise RefusedError("no_such_pool")
    to = _targets(actor.staff, goal, to_staff_ids, now)
    accounts = list(chosen(staff=actor.staff, selection=selection, now=now)[: selection.most])
    if not accounts:
        raise RefusedError("nothing_chosen")
    decided = _decide(accounts, goal, to, pool, now)
    plan = Reassignment(
        goal=goal,
        reason=reason.strip()[:500],
        selection={**asdict(selection), "to": [person.id for person in to], "pool": pool},
        created_by=actor.staff,
        created_at=now,
        form_key=form_key,
    )
    return keep(plan=plan, accounts=accounts, decided=decided)


def keep(*, plan: Reassignment, accounts: Sequence[Account], decided: Sequence[Decided]) -> Reassignment:
    """Store a plan with what was decided of each account. Part of the transaction that decides."""
    plan.save()
    ReassignmentLine.objects.bulk_create(
        [
            ReassignmentLine(
                plan=plan,
                customer_id=account.customer_id,
                account=account,
                seen_version=account.customer.version,
                from_owner_id=account.owner_id,
                from_pool=account.placement,
                to_owner_id=line.owner_id,
                to_pool=line.pool,
                rule_id=line.rule_id,
                skip=line.skip,
                hold=line.hold,
                became=Became.SKIPPED if line.skip else Became.WAITING,
            )
            for account, line in zip(accounts, decided, strict=True)
        ],
        batch_size=500,
    )
    return plan


def chosen(*, staff: Staff, selection: Selection, now: datetime) -> QuerySet[Account]:
    """Return the accounts a selection names within a person's reach, those that owe most first.

    Of somebody's book all of it; of nobody's or anybody's what is overdue.
    """
    reach = Q(customer__in=visible_records.scoped(staff, now=now).order_by().values("id"))
    rows = Account.objects.filter(reach).select_related("customer", "owner")
    if selection.from_staff_id is None or selection.from_staff_id == NOBODY:
        rows = rows.filter(closed_in_core=False, overdue_fen__gt=0)
    if selection.from_staff_id == NOBODY:
        rows = rows.filter(owner__isnull=True)
    elif selection.from_staff_id is not None:
        if not people.overseen(staff).filter(id=selection.from_staff_id).exists():
            raise RefusedError("no_such_colleague")
        rows = rows.filter(owner=selection.from_staff_id)
    return narrowed(rows, selection)


def narrowed(rows: QuerySet[Account], selection: Selection) -> QuerySet[Account]:
    """Return of accounts those of the kind a selection names, those that owe most first."""
    if selection.branch_id is not None:
        rows = rows.filter(customer__branch=selection.branch_id)
    if selection.product:
        rows = rows.filter(product=selection.product)
    if selection.stage:
        rows = rows.filter(stage=selection.stage)
    if selection.from_fen is not None:
        rows = rows.filter(overdue_fen__gte=selection.from_fen)
    if selection.below_fen is not None:
        rows = rows.filter(overdue_fen__lt=selection.below_fen)
    return rows.order_by("-overdue_fen", "id")


def _targets(staff: Staff, goal: str, to_staff_ids: Sequence[int], now: datetime) -> list[Staff]:
    """Return the people accounts go to; who is away gets nothing. Raise RefusedError for whoever is out of reach."""
    if goal not in OWN_GOALS:
        raise RefusedError("no_such_goal")
    if goal in {Goal.RULES, Goal.NOBODY}:
        return []
    found = list(people.assignable(staff).filter(id__in=to_staff_ids).select_related("branch"))
    if not found or len(found) != len(set(to_staff_ids)) or (goal == Goal.ONE and len(found) != 1):
        raise RefusedError("no_such_colleague")
    away = covers.away(now=now)
    if any(person.id in away for person in found):
        raise RefusedError("colleague_is_away")
    return found


def _decide(accounts: Sequence[Account], goal: str, to: list[Staff], pool: str, now: datetime) -> list[Decided]:
    """Decide each line: what cannot be moved at all first, then to whom it goes."""
    talking = on_the_line({account.customer_id for account in accounts})
    fixed = {account.pk: _fixed(account, talking) for account in accounts}
    free = [account for account in accounts if not fixed[account.pk]]
    if goal == Goal.RULES:
        open_ = _by_rules(free, now)
    elif goal == Goal.NOBODY:
        open_ = {account.pk: Decided(None, pool or account.placement) for account in free}
    else:
        open_ = _among(free, to, pool)
    stays = [
        Decided(account.owner_id, account.placement, fixed[account.pk])
        if fixed[account.pk]
        else open_.get(account.pk, Decided(account.owner_id, account.placement, Skip.SAME))
        for account in accounts
    ]
    return [_same(account, line) for account, line in zip(accounts, stays, strict=True)]


def on_the_line(customer_ids: Collection[int]) -> set[int]:
    """Return on which of these records somebody is on the line."""
    calls = Conversation.objects.filter(lines.OPEN, customer__in=customer_ids)
    return set(calls.values_list("customer_id", flat=True))


def _fixed(account: Account, talking: set[int]) -> str:
    if account.closed_in_core:
        return Skip.CLOSED
    if account.placement not in MOVED_BY_HAND:
        return Skip.PLACED
    return Skip.ON_THE_LINE if account.customer_id in talking else ""


def _same(account: Account, line: Decided) -> Decided:
    if not line.skip and (line.owner_id, line.pool) == (account.owner_id, account.placement):
        return Decided(line.owner_id, line.pool, Skip.SAME)
    return line


def _among(accounts: Sequence[Account], to: list[Staff], pool: str) -> dict[int, Decided]:
    """Give each account to who carries least for what they can; accounts of one record go together."""
    by_id = {person.id: person for person in to}
    loads: Loads = rule_rows.loads_of(list(by_id))
    walled = walls.pairs(staff_ids=list(by_id), customer_ids={account.customer_id for account in accounts})
    found: dict[int, Decided] = {}
    given: dict[int, int] = {}
    for account in accounts:
        allowed = [each for each in by_id if each not in walled.get(account.customer_id, ())]
        before = given.get(account.customer_id, account.owner_id or 0)
        chosen_id = before if before in allowed and loads.has_room(before) else loads.least(allowed)
        if account.owner_id in allowed and chosen_id == account.owner_id:
            found[account.pk] = Decided(account.owner_id, account.placement, Skip.SAME)
        elif chosen_id is None:
            skip = Skip.FULL if allowed else Skip.NOT_FOR_THEM
            found[account.pk] = Decided(account.owner_id, account.placement, skip)
        else:
            loads.give(chosen_id)
            given[account.customer_id] = chosen_id
            found[account.pk] = Decided(chosen_id, pool or pool_for(by_id[chosen_id], account.placement))
    return found


def _by_rules(accounts: Sequence[Account], now: datetime) -> dict[int, Decided]:
    rules = rule_rows.in_force(now=now)
    staff_ids = {staff_id for rule in rules for staff_id in rule.people}
    waiting = rule_rows.waiting(accounts, staff_ids=staff_ids)
    loads = rule_rows.loads_of(staff_ids)
    by_id = {account.pk: account for account in accounts}
    return {
        each.account_id: Decided(each.owner_id, each.pool, "", each.rule_id)
        if each.owner_id is not None
        else Decided(by_id[each.account_id].owner_id, by_id[each.account_id].placement, Skip.FULL)
        for each in assign(accounts=waiting, rules=rules, loads=loads)
    }
