"""What makes a kind of message."""

from dataclasses import dataclass

from collections_app.domain.access import REPAYMENT
from collections_app.domain.purposes import Channel, Purpose
from collections_app.domain.terms import Term
from notifications.domain.kinds.codes import Premise, Variant

# What every text may name: the account, the one telephone number, and the colleague who stands behind it.
COMMON = frozenset({"tail", "product", "hotline", "officer"})
DISCLOSED = (Variant.EXPLICIT, Variant.CODE, Variant.LINK, Variant.NEUTRAL)


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message. ``variables`` are what its explicit texts may say; ``amounts`` name those that are
    amounts, each with the name under which the record remembers that it was told.

    ``channels`` are tried in their order until one reaches the customer. ``harmless`` says that no text of the kind
    names an account or an amount, so that it may go to a number nobody has checked. ``asked_with`` is the permission
    of the colleague who may send it by hand, empty where nobody may, and ``typed`` the one variable they type.
    ``opens`` is what the link or code in it is for.
    """

    term: Term
    purpose: Purpose
    premise: Premise
    variants: tuple[Variant, ...]
    variables: frozenset[str]
    amounts: tuple[tuple[str, str], ...] = ()
    valid_days: int = 1
    priority: bool = False
    channels: tuple[Channel, ...] = (Channel.SMS, Channel.APP, Channel.EMAIL)
    harmless: bool = False
    asked_with: str = ""
    typed: str = ""
    opens: str = REPAYMENT

    @property
    def code(self) -> str:
        return self.term.code
