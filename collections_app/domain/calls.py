"""How a call is verified and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from collections_app.domain.promises import Part
from collections_app.domain.recordings import Found
from collections_app.domain.terms import TermList

VERIFICATIONS = ("verified", "failed", "third_party", "refused")
# Two of these, said by the person and never read out, confirm who is speaking.
IDENTITY_FACTS = ("name_id_tail", "birth_date", "card_tail", "address")
# How the conversation went, for the colleague who speaks next. ``at_risk`` offers the red button.
MARKERS = TermList(
    ("calm", "平静", "Calm"),
    ("anxious", "焦虑", "Anxious"),
    ("angry", "激动", "Angry"),
    ("at_risk", "有风险", "At risk"),
)
# Parties to the debt who are not the customer: their own script, after their own identity check.
GUARANTORS = frozenset({"guarantor", "co_borrower"})
# Who may be told of the debt in words of their own once they have proven who they are, and is a third party until then:
# the spouse in a household debt, by its document, and who offers to pay, by the debtor's consent.
OF_ONES_OWN = frozenset({"household", "volunteer"})


def script_for(*, relation: str, verification: str, is_party: bool, role: str = "") -> str:
    """Return whose script a call follows: ``debtor``, ``guarantor``, ``party`` or ``third``.

    ``relation`` is that of the number, ``role`` that of the person on record behind it; what the identity check found
    goes before both. A third party hears of no debt; who proves to be the customer on somebody else's number is the
    customer, while a party to the debt who proves who they are stays the party they are.
    """
    if verification == "third_party":
        return "third"
    if relation in GUARANTORS:
        return "guarantor"
    if role in OF_ONES_OWN:
        return "party" if verification == "verified" else "third"
    if relation == "self":
        return "debtor"
    if is_party:
        return "party"
    return "debtor" if verification == "verified" else "third"


@dataclass(frozen=True, slots=True)
class Claim:
    """What the customer says they have paid: fen, channel, day, and the time if they know it."""

    amount_fen: int
    channel: str
    paid_on: date
    paid_time: time | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a call ended, with what its outcome needs."""

    party: str
    outcome: str
    account_id: int | None = None
    promise_parts: Sequence[Part] = field(default_factory=tuple)
    claim: Claim | None = None
    callback_at: datetime | None = None
    text: str = ""
    recording_ref: str = ""
    recording: Found | None = None
    marker: str = ""
    overdue_reason: str = ""
