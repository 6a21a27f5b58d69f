"""All kinds by their codes, and what follows from a kind and a form of its text."""

from collections_app.domain.purposes import Channel
from collections_app.domain.terms import TermList
from notifications.domain.kinds.answering import ANSWERING
from notifications.domain.kinds.codes import LEADING, Kind, Variant
from notifications.domain.kinds.giving_notice import GIVING_NOTICE
from notifications.domain.kinds.kind import MessageKind
from notifications.domain.kinds.reminding import REMINDING

_ROWS = (*REMINDING, *ANSWERING, *GIVING_NOTICE)

# What tells the truth of an account as it is at the instant of sending.
TELL_THE_TRUTH = frozenset({Kind.TOLD_CORRECTION, Kind.TOLD_CONFIRMATION})

# What answers STOP, START or HELP, by the number it came from.
ANSWER_TO_A_WORD = frozenset({Kind.STOP_CONFIRMED, Kind.START_CONFIRMED, Kind.HELP_ANSWER})

KINDS: dict[str, MessageKind] = {row.code: row for row in _ROWS}
KIND_TERMS = TermList(*((row.term.code, row.term.zh, row.term.en) for row in _ROWS))

# Texts that say what is owed and ask for it: the neutral form claims nothing (银行卡规定 3(2)).
_DEMANDS = frozenset({Kind.OVERDUE_GENTLE, Kind.PROMISE_BROKEN, Kind.FORMAL_DEMAND})
_CLAIMS = frozenset({Variant.EXPLICIT, Variant.CODE, Variant.LINK, Variant.LETTER})
# By these a demand reaches the debtor in the law's sense; a push to an app is none of them.
_DEMANDING = frozenset({Channel.SMS, Channel.EMAIL, Channel.LETTER})

# Only a number the customer left with the bank, or that was checked with them, may be told of a debt.
_OWN_PROVENANCES = frozenset({"on_file", "verified_change"})
_TRUSTED_QUALITIES = frozenset({"verified", "likely"})
# An address where others may open what is addressed to the customer.
_NOT_SURELY_HERE = frozenset({"suspect", "shared"})


def opens_the_page(kind: str, *, channel: str, variant: str) -> bool:
    """Return whether a message brings a way in to the page: in its text, or beside it in the bank's own app."""
    return variant in LEADING or (channel == Channel.APP and not KINDS[kind].harmless)


def may_disclose(*, provenance: str, quality: str, relation: str) -> bool:
    """Return whether a text to such a number may name an account or an amount."""
    return relation == "self" and provenance in _OWN_PROVENANCES and quality in _TRUSTED_QUALITIES


def may_post(*, provenance: str, quality: str, relation: str) -> bool:
    """Return whether a sealed letter that names an account may go to such an address."""
    return relation == "self" and provenance in _OWN_PROVENANCES and quality not in _NOT_SURELY_HERE


def is_demand(*, kind: str, variant: str, provenance: str, channel: str = Channel.SMS) -> bool:
    """Return whether a text that arrived at a number of that provenance interrupts limitation: a demand for the debt.

    The number or address must be the one the customer left with the bank, or changed with it (银行卡规定 3(2)), which
    names texts, letters and e-mails.
    """
    return kind in _DEMANDS and variant in _CLAIMS and provenance in _OWN_PROVENANCES and channel in _DEMANDING


def variants_by_preference(kind: MessageKind, *, disclose: bool, links: bool) -> list[Variant]:
    """Return the disclosing forms of a text that may be sent, the preferred one first; none if none may.

    Where links may be sent, the form with a link leads the customer straight to their page; where they may
    not, the typed code does. A number that may not be told of a debt gets the neutral form or nothing.
    """
    if not disclose:
        wanted: tuple[Variant, ...] = (Variant.NEUTRAL,)
    elif links:
        wanted = (Variant.LINK, Variant.EXPLICIT)
    else:
        wanted = (Variant.CODE, Variant.EXPLICIT)
    return [variant for variant in wanted if variant in kind.variants]
