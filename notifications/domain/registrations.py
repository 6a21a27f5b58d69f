"""How far a text is with a provider that approves texts itself."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class RegistrationState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


REGISTRATION_STATES = TermList(
    ("pending", "报备中", "Handed in"),
    ("approved", "已通过", "Approved by the provider"),
    ("rejected", "未通过", "Rejected by the provider"),
)
