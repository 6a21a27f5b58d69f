"""Who works an account now (table A)."""

from collections_app.domain.terms import TermList

PLACEMENTS = TermList(
    ("in_house", "行内自催", "In-house"),
    ("branch", "分支行自催", "Branch"),
    ("card_centre", "卡中心自催", "Card centre"),
    ("placed", "委外中", "Placed with agency"),
    ("pre_legal", "诉前准备", "Pre-legal"),
    ("legal", "法务", "Legal"),
    ("assigned", "债权已转让", "Assigned"),
)
