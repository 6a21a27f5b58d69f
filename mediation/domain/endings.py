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


# What the bank's staff may record while no session is going on, from the record. The customer withdraws on their page.
BEFORE_A_SESSION = (
    Ending.WITHDRAWN,
    Ending.SETTLED_WITHDRAWN,
    Ending.UNREACHABLE,
    Ending.UNSUITABLE,
    Ending.FALSE_SUSPECTED,
)
# After these nobody is mediated with against their will (People's Mediation Law, article 17); the other ways stay open.
# Whoever will not sign what was talked over is left in peace too, also where a session does not tell which side it was.
DECLINED = frozenset({Ending.NO_CONSENT, Ending.REFUSED, Ending.REFUSED_SIGNATURE})


def list_of(kind: str) -> str:
    """Return the code list that names the endings of that kind of talks.

    The bank's own talks end in a repayment agreement, never in a mediation agreement; the words must not mix.
    """
    return "endings" if kind == Kind.MEDIATION else "negotiation_endings"


def at_a_session(codes: Iterable[str]) -> list[str]:
    """Return which of the endings of a list whoever holds a session may pick, in the order offered."""
    return [code for code in codes if code not in _NOT_AT_A_SESSION]


def before_a_session(codes: Iterable[str]) -> list[str]:
    """Return which of the endings of a list the bank's staff may record before a session, in the order offered."""
    return [code for code in codes if code in BEFORE_A_SESSION]


def on_declining(*, consented: bool) -> Ending:
    """Return how talks end when the customer says no: never begun, or not to be continued."""
    return Ending.REFUSED if consented else Ending.NO_CONSENT


def is_known_to_customer(ending: Ending, *, by_customer: bool) -> bool:
    """Return whether the customer has said so themselves, and need not be told that a date is off.

    At a session the bank's side may refuse to sign as well: only on their own page it was surely the customer.
    """
    return ending in DECLINED and (by_customer or ending is not Ending.REFUSED_SIGNATURE)


def brings_agreement(ending: str) -> bool:
    """Return whether the ending carries signed terms with instalments."""
    return ending in WITH_AGREEMENT
