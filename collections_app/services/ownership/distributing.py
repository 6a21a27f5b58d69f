"""Giving what is nobody's by the rules of assignment: after each nightly file, and by the clock."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from collections_app.domain.ownership.moving import BATCH
from collections_app.domain.ownership.pools import OWN
from collections_app.domain.ownership.rules import Loads, RuleFacts, assign
from collections_app.models import Account
from collections_app.selectors.ownership import rules as selector
from collections_app.services import records, sweeps
from collections_app.services.ownership.moving import Move, move_within


def distribute(*, now: datetime) -> int:
    """Give every overdue account that is nobody's by the rules, and return how many were given or moved to a pool.

    An orchestrating service: each hundred records are a transaction of their own. What somebody owns is left alone, so
    that running it twice moves nothing the second time. Without rules it does nothing.
    """
    rules = selector.in_force(now=now)
    if not rules:
        return 0
    staff_ids = {staff_id for rule in rules for staff_id in rule.people}
    loads = selector.loads_of(staff_ids)
    return sweeps.each(_batches(), lambda batch: _give(batch, rules, loads, staff_ids, now))


def _batches() -> Iterator[list[int]]:
    last = 0
    while batch := selector.nobodys(after_customer=last, limit=BATCH):
        yield batch
        last = batch[-1]


@transaction.atomic(durable=True)
def _give(customer_ids: list[int], rules: list[RuleFacts], loads: Loads, staff_ids: set[int], now: datetime) -> int:
    customers = records.lock_many(customer_ids=customer_ids, now=now)
    rows = Account.objects.filter(
        customer__in=list(customers), owner__isnull=True, closed_in_core=False, placement__in=OWN, overdue_fen__gt=0
    )
    accounts = {account.pk: account for account in rows.select_related("customer").order_by("customer_id", "id")}
    found = assign(accounts=selector.waiting(accounts.values(), staff_ids=staff_ids), rules=rules, loads=loads)
    moves = [
        Move(accounts[each.account_id], each.owner_id, each.pool, {"reason": "rule", "rule": each.rule_id})
        for each in found
        if each.owner_id is not None or each.pool != accounts[each.account_id].placement
    ]
    move_within(customers=customers, moves=moves, actor=records.SYSTEM, now=now)
    return len(moves)
