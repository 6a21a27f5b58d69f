"""How a mediation or negotiation ends (table G), and what each ending brings with it."""

from collections.abc import Iterable
from enum import StrEnum

from mediation.domain.kinds import Kind


class Ending(StrEnum):
    AGREED = "agreed"
    PARTIAL = "partial"
    SETTLED_WITHDRAWN = "settled_withdrawn"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    GAP = "gap"
    EXPIRED = "expired"
    REFUSED_SIGNATURE = "refused_signature"
    FALSE_SUSPECTED = "false_suspected"
    WITHDRAWN = "withdrawn"
    ABSENT = "absent"
    UNSUITABLE = "unsuitable"
    NO_CONSENT = "no_consent"


# These bring an agreement with instalments; every other ending gives collection its way back.
WITH_AGREEMENT = frozenset({Ending.AGREED, Ending.PARTIAL})

# Recorded by the machine or before a session, never picked by the person who holds one.
_NOT_AT_A_SESSION = frozenset({Ending.EXPIRED, Ending.NO_CONSENT, Ending.ABSENT})


def list_of(kind: str) -> str:
    """Return the code list that names the endings of that kind of talks.

    The bank's own talks end in a repayment agreement, never in a mediation agreement; the words must not mix.
    """
    return "endings" if kind == Kind.MEDIATION else "negotiation_endings"


def at_a_session(codes: Iterable[str]) -> list[str]:
    """Return which of the endings of a list whoever holds a session may pick, in the order offered."""
    return [code for code in codes if code not in _NOT_AT_A_SESSION]


def brings_agreement(ending: str) -> bool:
    """Return whether the ending carries signed terms with instalments."""
    return ending in WITH_AGREEMENT
