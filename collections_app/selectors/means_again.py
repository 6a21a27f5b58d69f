"""For how long a person looks at what somebody asks for again whose means did not carry it."""

from dataclasses import dataclass
from datetime import datetime

from collections_app.domain.rules import STARTING_MEANS_DAYS, means_again_rule
from collections_app.models import Customer
from collections_app.selectors.rules import packs_in_force
from collections_app.selectors.zones import bank_zone


@dataclass(frozen=True, slots=True)
class MeansAgain:
    """Days, and the rule they are by; the rule is empty where no pack says anything."""

    days: int
    rule: str


def for_customer(*, customer: Customer, now: datetime) -> MeansAgain:
    """Return the days by the rule pack of a customer's branch.

    A pack without such a rule, or one that cannot be read, leaves the starting policy; a rule of nought days drops it
    on purpose. Two queries.
    """
    code = customer.branch.rule_pack
    pack = packs_in_force(codes={code}, on=now.astimezone(bank_zone()).date()).get(code)
    rule = means_again_rule(pack) if pack else None
    if rule is None:
        return MeansAgain(STARTING_MEANS_DAYS, "")
    return MeansAgain(rule.days, f"{rule.ref.pack}/{rule.ref.version}/{rule.ref.code}")
