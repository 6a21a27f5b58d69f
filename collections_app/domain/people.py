"""Who stands beside a customer: what each person has to do with the debt, and what that rests on."""

from dataclasses import dataclass
from datetime import date

from collections_app.domain.terms import TermList

DEBT_ROLES = TermList(
    ("co_borrower", "共同借款人", "Co-borrower"),
    ("guarantor", "保证人", "Guarantor"),
    ("household", "夫妻共同债务配偶", "Spouse in a household debt"),
    ("heir", "继承人（以遗产为限）", "Heir, up to the estate"),
    ("estate", "遗产管理人", "Administrator of the estate"),
    ("volunteer", "自愿代偿人", "Volunteer payer"),
    ("representative", "受托代理人", "Representative"),
    ("guardian", "监护人", "Guardian"),
    ("none", "与债务无关", "Not related to the debt"),
)

# Under which relation the numbers of such a person stand: permits go by that.
RELATION_OF_ROLE = {
    "co_borrower": "co_borrower",
    "guarantor": "guarantor",
    "household": "spouse",
    "heir": "heir",
    "estate": "heir",
    "volunteer": "volunteer",
    "representative": "agent",
    "guardian": "guardian",
}
# Relations a number may stand under without saying on what that rests.
RELATIONS_OF_OTHERS = frozenset({"spouse", "emergency", "relative", "unknown"})

# A role that rests on a document nobody has seen is no role.
NEEDS_DOCUMENT = frozenset({"co_borrower", "guarantor", "household", "heir", "estate", "representative", "guardian"})
# Until a day, as the document says.
NEEDS_END = frozenset({"representative"})
# Only once the debtor has said that this person may be told.
NEEDS_CONSENT = frozenset({"volunteer"})
# Only of somebody who has died.
HEIR = "heir"
NEEDS_DEATH = frozenset({HEIR, "estate"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody's role in a debt rests on."""

    role: str
    document: str
    until: date | None
    consent_on: date | None


def missing(standing: Standing, *, today: date, is_dead: bool) -> str:
    """Return the code of what a role lacks, or an empty text."""
    if standing.role in NEEDS_DOCUMENT and not standing.document:
        return "role_needs_document"
    if standing.role in NEEDS_END and standing.until is None:
        return "role_needs_end"
    if standing.until is not None and standing.until < today:
        return "role_is_over"
    if standing.role in NEEDS_CONSENT and (standing.consent_on is None or standing.consent_on > today):
        return "role_needs_consent"
    if standing.role in NEEDS_DEATH and not is_dead:
        return "role_needs_death"
    return ""


def rests_on_role(relation: str, role: str) -> bool:
    """Return whether a number may count as of this relation: one that a role gives needs a person with such a role."""
    return relation not in RELATION_OF_ROLE.values() or RELATION_OF_ROLE.get(role) == relation
