"""Contact points: what they are, where the bank has them from, whose they are, and their quality (table I).

Names are code lists: contact_kinds, provenances, relations, qualities, permissions.
"""

# Nobody uses such a number, for whatever purpose, until it is verified again.
UNUSABLE = frozenset({"bad", "not_his", "reassigned"})

# These are parties to the debt or its family; everybody else is a third party who learns nothing of it.
PARTIES = frozenset({"self", "co_borrower", "guarantor", "guardian", "heir", "agent"})
