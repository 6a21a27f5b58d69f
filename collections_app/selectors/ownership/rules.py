"""The rules of assignment in force, and the accounts that are nobody's."""

from collections.abc import Collection
from datetime import datetime

from collections_app.domain.ownership.pools import OWN
from collections_app.domain.ownership.rules import Loads, RuleFacts, Waiting
from collections_app.models import Account, AssignmentRule, Staff
from collections_app.selectors import covers, walls
from collections_app.selectors.ownership import people, workload


def in_force(*, now: datetime) -> list[RuleFacts]:
    """Return the active rules in their order, with the people each gives to: who works there and is not away."""
    rules = list(AssignmentRule.objects.filter(active=True).order_by("position", "id"))
    if not rules:
        return []
    away = covers.away(now=now)
    by_unit: dict[int, list[int]] = {}
    by_team: dict[int, list[int]] = {}
    for staff_id, unit, team in people.workers().values_list("id", "branch_id", "team_id"):
        if staff_id not in away:
            by_unit.setdefault(unit or 0, []).append(staff_id)
            by_team.setdefault(team or 0, []).append(staff_id)
    return [
        RuleFacts(
            row.pk,
            row.branch_id,
            row.product,
            tuple(row.stages),
            row.from_fen,
            row.below_fen,
            row.pool,
            by_team.get(row.team_id, []) if row.team_id else by_unit.get(row.unit_id or -1, []),
        )
        for row in rules
    ]


def loads_of(staff_ids: Collection[int]) -> Loads:
    """Return what these people carry and can carry. Two queries."""
    capacities = dict(Staff.objects.filter(id__in=staff_ids).values_list("id", "capacity"))
    return Loads(workload.accounts_of(staff_ids), capacities)


def nobodys(*, after_customer: int, limit: int) -> list[int]:
    """Return the next records, by ascending id, that have an overdue account of nobody in the bank's own pools."""
    rows = Account.objects.filter(
        owner__isnull=True, closed_in_core=False, overdue_since__isnull=False, placement__in=OWN
    ).filter(customer__gt=after_customer, overdue_fen__gt=0)
    return list(rows.order_by("customer_id").values_list("customer_id", flat=True).distinct()[:limit])


def waiting(accounts: Collection[Account], *, staff_ids: Collection[int]) -> list[Waiting]:
    """Return accounts as the rules read them, each with who owns another of its record. Three queries at most."""
    customers = {account.customer_id for account in accounts}
    walled = walls.pairs(staff_ids=staff_ids, customer_ids=customers)
    beside: dict[int, int] = {}
    owned = Account.objects.filter(customer__in=customers, owner__isnull=False, closed_in_core=False)
    for customer_id, owner_id in owned.order_by("-overdue_fen", "id").values_list("customer_id", "owner_id"):
        beside.setdefault(customer_id, owner_id)
    return [
        Waiting(
            account.pk,
            account.customer_id,
            account.customer.branch_id,
            account.product,
            account.stage,
            account.overdue_fen,
            walled.get(account.customer_id, frozenset()),
            beside.get(account.customer_id),
        )
        for account in accounts
    ]
