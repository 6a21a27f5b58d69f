"""Contact points: what they are, where the bank has them from, whose they are, and their quality (table I).

Names are code lists: contact_kinds, provenances, relations, qualities, permissions.
"""

# Nobody uses such a number, for whatever purpose, until it is verified again.
UNUSABLE = frozenset({"bad", "not_his", "reassigned"})

# These are parties to the debt or its family; everybody else is a third party who learns nothing of it.
PARTIES = frozenset({"self", "co_borrower", "guarantor", "guardian", "heir", "agent"})

# What a number's permission becomes when its holder wants no more calls there: never more than was allowed before.
# There is no word for "no calls, and besides no texts" but that nothing may be sent.
_WITHOUT_CALLS = {"ok": "no_calls", "no_calls": "no_calls", "rep_only": "rep_only"}


def without_calls(permission: str) -> str:
    """Return the permission of a number that had this one, now that its holder wants no calls there."""
    return _WITHOUT_CALLS.get(permission, "refused")
