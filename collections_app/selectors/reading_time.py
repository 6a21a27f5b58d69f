"""How long the terms of an arrangement are on the page before anybody can agree to them."""

from dataclasses import dataclass
from datetime import datetime

from collections_app.domain.rules import STARTING_READING_SECONDS, reading_time_rule
from collections_app.models import Customer
from collections_app.selectors.rules import packs_in_force
from collections_app.selectors.zones import bank_zone


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """Seconds to read, and the rule they are by; the rule is empty where no pack says anything."""

    seconds: int
    rule: str


def for_arrangement(*, customer: Customer, kind: str, now: datetime) -> ReadingTime:
    """Return how long a customer reads the terms of a kind of arrangement, by the rule pack of their branch.

    A pack without such a rule, or one that cannot be read, leaves the starting policy: time is never dropped by
    mistake. A rule of nought seconds drops it on purpose. Two queries.
    """
    code = customer.branch.rule_pack
    pack = packs_in_force(codes={code}, on=now.astimezone(bank_zone()).date()).get(code)
    rule = reading_time_rule(pack, arrangement=kind) if pack else None
    if rule is None:
        return ReadingTime(STARTING_READING_SECONDS, "")
    return ReadingTime(rule.seconds, f"{rule.ref.pack}/{rule.ref.version}/{rule.ref.code}")
