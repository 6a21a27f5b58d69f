"""Negotiation by the bank and mediation by an organisation: different roles, words, papers and ends."""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.holds import HoldKind
from collections_app.domain.terms import TermList


class Kind(StrEnum):
    MEDIATION = "mediation"
    NEGOTIATION = "negotiation"


KINDS = TermList(
    ("mediation", "调解", "Mediation"),
    ("negotiation", "协商", "Negotiation"),
)

# A type of mediation (the code list) that is no organisation's.
BANK = "bank"
# People's mediation takes no fee.
PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class KindRule:
    """Who conducts talks of a kind, which hold goes with them, and who must sign what they end in."""

    conducted_with: str
    hold: HoldKind
    signatories: tuple[str, ...]
    # Only what a lawfully established organisation has brought about can a court confirm (Civil Procedure Law,
    # article 205; rules M-6): never what the bank has negotiated itself.
    court_may_confirm: bool = False


# An agreement by mediation is in force once all parties, the mediator and the organisation's seal are on it
# (People's Mediation Law, article 29); the bank's own agreement once both parties have signed.
RULES: dict[Kind, KindRule] = {
    Kind.MEDIATION: KindRule(
        "mediation.conduct", HoldKind.IN_MEDIATION, ("customer", "bank", "mediator", "organisation"), True
    ),
    Kind.NEGOTIATION: KindRule("mediation.represent", HoldKind.NEGOTIATING, ("customer", "bank")),
}

SIGNATORIES = TermList(
    ("customer", "客户签字", "Signed by the customer"),
    ("co_borrower", "共同借款人签字", "Signed by the co-borrower"),
    ("guarantor", "保证人签字", "Signed by the guarantor"),
    ("bank", "本行代表签字", "Signed by the bank's representative"),
    ("mediator", "调解员签字", "Signed by the mediator"),
    ("organisation", "调解组织盖章", "Sealed by the organisation"),
)

SIGNING_METHODS = TermList(
    ("paper", "纸质签署", "On paper"),
    ("recorded", "口头并录音", "Oral, recorded"),
    ("electronic", "电子签名", "Electronically"),
)
# These are attested by whoever holds the session; an electronic signature proves itself.
ATTESTED_METHODS = ("paper", "recorded")

CONSENTS = TermList(
    ("unknown", "待答复", "Not yet answered"),
    ("yes", "同意", "Agrees"),
    ("no", "不同意", "Declines"),
)
