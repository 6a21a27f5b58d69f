"""Walls: nobody sees, finds, is given or acts on a record that is their own, a relative's or a colleague's."""

from enum import StrEnum

from collections_app.domain.staff import Role
from collections_app.domain.terms import TermList


class Relation(StrEnum):
    OWN = "own"
    RELATIVE = "relative"
    COLLEAGUE = "colleague"


STAFF_RELATIONS = TermList(
    ("own", "本人", "Their own"),
    ("relative", "亲属", "A relative's"),
    ("colleague", "同事", "A colleague's"),
)

# Whoever watches over all of the bank is walled from what is their own and declared, not from their whole unit.
NOT_BY_UNIT = frozenset({Role.AUDITOR, Role.COMPLIANCE})

# What somebody tried on a record that is walled from them.
WALL_TRIES = TermList(
    ("open", "打开记录", "Open the record"),
    ("find", "查找客户", "Find the customer"),
    ("write", "写入记录", "Write on the record"),
)
