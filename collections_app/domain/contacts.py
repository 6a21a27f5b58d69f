"""The states of a contact, and which of them count against the budget."""

from enum import StrEnum

from collections_app.domain.purposes import CAP_EXEMPT, Channel
from collections_app.domain.terms import TermList


class ContactState(StrEnum):
    RESERVED = "reserved"
    MADE = "made"
    FAILED = "failed"
    VOID = "void"
    UNKNOWN = "unknown"


CONTACT_STATES = TermList(
    ("reserved", "已预留", "Reserved"),
    ("made", "已联系", "Made"),
    ("failed", "未成功", "Failed"),
    ("void", "未发生", "Did not happen"),
    ("unknown", "结果不明", "Result unknown"),
)

_S = ContactState

# What is known may become better known: a late receipt proves a contact that was given up.
TRANSITIONS: dict[ContactState, frozenset[ContactState]] = {
    _S.RESERVED: frozenset({_S.MADE, _S.FAILED, _S.VOID, _S.UNKNOWN}),
    _S.UNKNOWN: frozenset({_S.MADE, _S.FAILED}),
    _S.FAILED: frozenset({_S.MADE}),
    _S.VOID: frozenset({_S.MADE, _S.UNKNOWN}),
    _S.MADE: frozenset(),
}

# A contact that may have reached the customer counts until it is known that it did not.
COUNTED = frozenset({_S.RESERVED, _S.MADE, _S.UNKNOWN})

# Where a person begins one of these, an unused reservation reached nobody; what a machine began may have.
BEGUN_BY_A_PERSON = frozenset({Channel.VOICE, Channel.VISIT, Channel.LETTER})


def may_become(old: str, new: str) -> bool:
    """Return whether a contact in one state may be settled as another (the same again is no change)."""
    return old == new or ContactState(new) in TRANSITIONS[ContactState(old)]


def after_expiry(channel: str, *, by_person: bool = True) -> ContactState:
    """Return what a reservation becomes that nobody settled in time.

    A call that a colleague never began is void. A message may have left, and a machine that never reports may have
    called: that is unknown, counts, and waits to be reconciled.
    """
    begun_by_hand = by_person and Channel(channel) in BEGUN_BY_A_PERSON
    return ContactState.VOID if begun_by_hand else ContactState.UNKNOWN


def counts(*, state: str, purpose: str, inbound: bool, asked_for_in_call: bool) -> bool:
    """Return whether a contact counts against caps and intervals.

    What the customer's own act caused and corrections are recorded but do not count.
    """
    return ContactState(state) in COUNTED and purpose not in CAP_EXEMPT and not inbound and not asked_for_in_call
