"""Which account goes to whom: the first rule that fits, and of its people the one who carries least.

Pure: the same accounts and people give the same assignment, so that a rule run twice moves nothing the second time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """One rule: what it is for (empty or None: any), the pool its accounts go to, and the people who may get them."""

    id: int
    branch_id: int | None
    product: str
    stages: Collection[str]
    from_fen: int | None
    below_fen: int | None
    pool: str
    people: Sequence[int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account that is nobody's. ``beside`` is who has another account of the same customer, if anybody."""

    account_id: int
    customer_id: int
    branch_id: int
    product: str
    stage: str
    overdue_fen: int
    not_for: Collection[int] = ()
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a rule says of an account: its pool, and who gets it or None while nobody can."""

    account_id: int
    rule_id: int
    pool: str
    owner_id: int | None


def fits(rule: RuleFacts, account: Waiting) -> bool:
    """Return whether a rule is for an account."""
    return (
        rule.branch_id in (None, account.branch_id)
        and rule.product in ("", account.product)
        and (not rule.stages or account.stage in rule.stages)
        and (rule.from_fen is None or account.overdue_fen >= rule.from_fen)
        and (rule.below_fen is None or account.overdue_fen < rule.below_fen)
    )


class Loads:
    """How many accounts people carry, against how many they can (0: no limit); counts on as accounts are given."""

    def __init__(self, carried: Mapping[int, int], capacities: Mapping[int, int]) -> None:
        self._carried = dict(carried)
        self._capacities = capacities

    def has_room(self, staff_id: int) -> bool:
        """Return whether somebody may be given another account."""
        capacity = self._capacities.get(staff_id, 0)
        return capacity == 0 or self._carried.get(staff_id, 0) < capacity

    def give(self, staff_id: int) -> None:
        """Count an account for somebody."""
        self._carried[staff_id] = self._carried.get(staff_id, 0) + 1

    def least(self, people: Collection[int]) -> int | None:
        """Return who of these has room and carries least for what they can, the lowest id first; None when nobody."""
        free = [staff_id for staff_id in people if self.has_room(staff_id)]
        return min(free, key=self._weight, default=None)

    def _weight(self, staff_id: int) -> tuple[float, int, int]:
        carried = self._carried.get(staff_id, 0)
        # Without a limit one counts as if three hundred were the limit, as where somebody begins.
        return carried / (self._capacities.get(staff_id, 0) or 300), carried, staff_id


def assign(*, accounts: Sequence[Waiting], rules: Sequence[RuleFacts], loads: Loads) -> list[Assigned]:
    """Return what the rules say of accounts, in their order; accounts no rule is for are left out.

    Accounts of one customer stay together: who has one gets the others, if the rule's people include them.
    """
    found: list[Assigned] = []
    given: dict[int, int] = {}
    for account in accounts:
        rule = next((rule for rule in rules if fits(rule, account)), None)
        if rule is None:
            continue
        people = [staff_id for staff_id in rule.people if staff_id not in account.not_for]
        beside = given.get(account.customer_id, account.beside)
        together = beside in people and loads.has_room(beside or 0)
        owner = beside if together else loads.least(people)
        if owner is not None:
            loads.give(owner)
            given[account.customer_id] = owner
        found.append(Assigned(account.account_id, rule.id, rule.pool, owner))
    return found
