"""How a call is verified and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from collections_app.domain.promises import Part

VERIFICATIONS = ("verified", "failed", "third_party", "refused")
# Two of these, said by the person and never read out, confirm who is speaking.
IDENTITY_FACTS = ("name_id_tail", "birth_date", "card_tail", "address")


@dataclass(frozen=True, slots=True)
class Claim:
    """What the customer says they have paid: fen, channel and day."""

    amount_fen: int
    channel: str
    paid_on: date


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
