"""Giving one record's accounts to somebody by hand."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from collections_app.domain.ownership.pools import MOVED_BY_HAND, OWN, pool_of_unit
from collections_app.domain.typed import plain
from collections_app.models import Account, Customer, Staff
from collections_app.selectors import records as visible_records
from collections_app.selectors import walls
from collections_app.selectors.ownership import people
from collections_app.services import records
from collections_app.services.errors import RefusedError
from collections_app.services.ownership.moving import Move, move_within

ACTION = "owner.assign"


@transaction.atomic(durable=True)
def assign(
    *,
    customer_id: int,
    account_ids: Collection[int],
    to_staff_id: int | None,
    pool: str,
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> int:
    """Give accounts of one record to a colleague, or to nobody in a pool, and return how many were moved.

    An empty ``pool`` is the pool of the colleague's unit, or the one the account is in. Raise NotAllowedError when the
    role may not; RefusedError for who or what is out of the actor's reach, a colleague the record is walled from, an
    account that is with an agency, and when nothing would change.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    records.check_wall(customer=customer, actor=actor)
    if actor.staff is not None:
        reach = visible_records.scoped(actor.staff, now=now).filter(id=customer.id)
        if not reach.exists():
            raise RefusedError("no_such_record")
    if not plain(reason):
        raise RefusedError("reason_missing")
    if pool and pool not in MOVED_BY_HAND:
        raise RefusedError("no_such_pool")
    to = target(actor=actor, staff_id=to_staff_id)
    _check_wall_of(to, customer)
    accounts = list(Account.objects.filter(id__in=account_ids, customer=customer, closed_in_core=False).order_by("id"))
    if not accounts or len(accounts) != len(set(account_ids)):
        raise RefusedError("no_such_account")
    if any(account.placement not in MOVED_BY_HAND for account in accounts):
        raise RefusedError("account_is_placed")
    moves = []
    for account in accounts:
        goes_to = pool or pool_for(to, account.placement)
        if (account.owner_id, account.placement) != (to.id if to else None, goes_to):
            moves.append(Move(account, to.id if to else None, goes_to, {"reason": "by_hand"}))
    if not moves:
        raise RefusedError("owner_already")
    move_within(customers={customer.id: customer}, moves=moves, actor=actor, now=now, text=reason.strip())
    return len(moves)


def target(*, actor: records.Actor, staff_id: int | None) -> Staff | None:
    """Return the colleague accounts go to, or None for nobody. Raise RefusedError when they are out of reach."""
    if staff_id is None:
        return None
    rows = people.workers() if actor.staff is None else people.assignable(actor.staff)
    found = rows.filter(id=staff_id).select_related("branch").first()
    if found is None:
        raise RefusedError("no_such_colleague")
    return found


def pool_for(to: Staff | None, now_in: str) -> str:
    """Return the pool an account goes to with its owner: that of their unit, but what is legal stays legal."""
    if to is None or to.branch is None or now_in not in OWN:
        return now_in
    return pool_of_unit(to.branch.kind)


def _check_wall_of(to: Staff | None, customer: Customer) -> None:
    if to is None:
        return
    if to.id in customer.mediated_by or (customer.walled and walls.is_walled(staff=to, customer_id=customer.id)):
        raise RefusedError("not_for_them")
