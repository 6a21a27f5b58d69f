"""The pools an account may be in: who owns its next step."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class Pool(StrEnum):
    IN_HOUSE = "in_house"
    CARD_CENTRE = "card_centre"
    BRANCH = "branch"
    PLACED = "placed"
    LEGAL = "legal"
    ASSIGNED = "assigned"


POOLS = TermList(
    ("in_house", "行内自催", "In-house"),
    ("card_centre", "卡中心自催", "Card centre"),
    ("branch", "分支行自催", "Branch"),
    ("placed", "委外中", "Placed with agency"),
    ("legal", "法务", "Legal"),
    ("assigned", "债权已转让", "Assigned"),
)

# The pools whose accounts the bank's own people work, and between which accounts are moved by hand.
OWN = frozenset({Pool.IN_HOUSE, Pool.CARD_CENTRE, Pool.BRANCH})
MOVED_BY_HAND = OWN | {Pool.LEGAL}
_OF_UNIT = {"card_centre": Pool.CARD_CENTRE, "branch": Pool.BRANCH}


def pool_of_unit(kind: str) -> Pool:
    """Return the pool of a unit's people by the kind of the unit, such as ``branch``."""
    return _OF_UNIT.get(kind, Pool.IN_HOUSE)
