"""Which payment that arrives is the one a customer said they had made."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

# How it was paid was not said.
NOT_SAID = "not_said"
# So many days after it was made money may still be credited (policy).
CREDITED_WITHIN = timedelta(days=3)
# Its instant is that of the credit: the customer may have sent it before.
_CREDITED_LATER = frozenset({"interbank"})


def is_the_one(
    *, claimed: tuple[int, str, date, datetime], paid: tuple[int, str, datetime, datetime], zone: ZoneInfo
) -> bool:
    """Return whether a payment is the one claimed: no smaller, by the way named, of those days, and not begun later.

    ``claimed`` are fen, channel, the customer's day of it, and when they said so; ``paid`` fen, channel, when it was
    begun and when it was made. What does not fit leaves the trace open: somebody looks.
    """
    claimed_fen, said_channel, paid_on, said_at = claimed
    fen, channel, begun_at, made_at = paid
    if fen < claimed_fen or said_channel not in {channel, NOT_SAID}:
        return False
    if begun_at > said_at and channel not in _CREDITED_LATER:
        return False
    return paid_on <= made_at.astimezone(zone).date() <= paid_on + CREDITED_WITHIN
