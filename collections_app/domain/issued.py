"""Documents issued to customers: their kinds, their reference numbers, and when an account is settled."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList


class IssuedKind(StrEnum):
    STATEMENT = "statement"
    SETTLEMENT = "settlement"


ISSUED_KINDS = TermList(
    ("statement", "账户对账单", "Statement of account"),
    ("settlement", "结清证明", "Certificate of settlement"),
)

# Without 0, 1, I, L, O, U and Z: read out on the telephone, no sign is taken for another. Their number is a prime, so
# that the check sign betrays every single sign mistyped and every two neighbours swapped.
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXY"
_LETTER = {IssuedKind.STATEMENT: "D", IssuedKind.SETTLEMENT: "J"}
_RANDOM_SIGNS = 11
_REFERENCE = re.compile(rf"[{''.join(_LETTER.values())}][{SIGNS}]{{{_RANDOM_SIGNS + 1}}}")


def new_reference(kind: IssuedKind, *, choose: Callable[[str], str]) -> str:
    """Return a new reference: the kind's letter, eleven signs that ``choose`` picks, and a check sign.

    Nobody guesses one: there are 29 to the power of 11.
    """
    signs = _LETTER[kind] + "".join(choose(SIGNS) for _ in range(_RANDOM_SIGNS))
    return signs + _check_sign(signs)


def reference_of(text: str) -> str:
    """Return a reference as it is kept from how people type it, or an empty text for what cannot be one."""
    plain = re.sub(r"[\s‐-―－-]", "", text).upper()
    if not _REFERENCE.fullmatch(plain) or plain[-1] != _check_sign(plain[:-1]):
        return ""
    return plain


def in_groups(reference: str) -> str:
    """Return a reference in groups of four, as it is printed and read out."""
    return "-".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def _check_sign(signs: str) -> str:
    """Return the weighted sum of the signs as one more sign."""
    total = sum((place + 2) * SIGNS.index(sign) for place, sign in enumerate(signs))
    return SIGNS[total % len(SIGNS)]


# Of these the bank speaks in person only: the debt is another's, or a court's or an heir's matter.
CLOSED_HOLDS = frozenset({"assigned", "deceased", "bankruptcy"})
CLOSED_STATES = frozenset({"assigned", "deceased", "bankrupt"})


@dataclass(frozen=True, slots=True)
class Settled:
    """What bears on whether an account is settled. Amounts in fen.

    ``beside_core`` says that money stands beside the core's file: received, or on its way, and not yet contained.
    """

    core_payoff_fen: int
    payoff_fen: int
    core_unbilled_fen: int
    beside_core: bool
    closed_to_us: bool
    closed_in_core: bool = False


def why_not_settled(facts: Settled) -> str:
    """Return the code of why no certificate of settlement can be issued now, or an empty text.

    The core's books decide: money that it has not booked yet may still bounce. What was sold or written off, or is
    silent by a court or a death, is not certified on a page; nor is an account that has left the core's file, because
    nobody sees there why it left: a person looks it up.
    """
    if facts.closed_to_us:
        return "not_certified_here"
    if facts.closed_in_core:
        return "closed_in_core"
    if facts.payoff_fen or facts.core_unbilled_fen:
        return "not_settled"
    if facts.core_payoff_fen or facts.beside_core:
        return "not_booked_yet"
    return ""
