"""The five amounts of an account, and what own payments do to them before the core's next file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class FiveAmounts:
    """The five exactly named amounts of an account, in fen, as of one day of the core's."""

    overdue_fen: int
    minimum_due_fen: int
    billed_fen: int
    payoff_fen: int
    payoff_valid_until: date | None
    unbilled_fen: int

    def after_payment(self, paid_fen: int) -> "FiveAmounts":
        """Return the amounts with a payment on top that the core's file does not yet contain.

        A payment first lowers what is overdue, what is due at least, what is billed and what pays off the
        account, each not below zero; what exceeds the bill lowers the unbilled amount.
        """
        if paid_fen < 0:
            raise ValueError("a payment is not negative; a reversal lowers the sum of payments instead")
        beyond_bill = max(paid_fen - self.billed_fen, 0)
        return FiveAmounts(
            overdue_fen=max(self.overdue_fen - paid_fen, 0),
            minimum_due_fen=max(self.minimum_due_fen - paid_fen, 0),
            billed_fen=max(self.billed_fen - paid_fen, 0),
            payoff_fen=max(self.payoff_fen - paid_fen, 0),
            payoff_valid_until=self.payoff_valid_until,
            unbilled_fen=max(self.unbilled_fen - beyond_bill, 0),
        )

    def lowered_by(self, paid_fen: int) -> dict[str, int]:
        """Return how much a payment lowers each amount, in fen: what a bounce of it must raise again."""
        after = self.after_payment(paid_fen)
        return {name: getattr(self, name) - getattr(after, name) for name in AMOUNT_NAMES}

    def raised_by(self, lowered: Mapping[str, int]) -> "FiveAmounts":
        """Return the amounts with a bounced payment owed again; ``lowered`` is what it had lowered, in fen."""
        return replace(self, **{name: getattr(self, name) + lowered.get(name, 0) for name in AMOUNT_NAMES})


AMOUNT_NAMES = ("overdue_fen", "minimum_due_fen", "billed_fen", "payoff_fen", "unbilled_fen")


def given_back(lowered: Mapping[str, int], *, kept_fen: int, part_fen: int) -> dict[str, int]:
    """Return how much a part that goes back raises each amount again, in fen: what was lowered last goes first.

    ``lowered`` is what the whole payment had lowered, ``kept_fen`` what of it stood before this part. The unbilled
    amount was lowered only by what went beyond the bill, so it is the first to rise.
    """
    raised: dict[str, int] = {}
    billed = lowered.get("billed_fen", 0)
    for name in AMOUNT_NAMES:
        fen = lowered.get(name, 0)
        if name == "unbilled_fen":
            stands, then = kept_fen - billed, kept_fen - part_fen - billed
        else:
            stands, then = kept_fen, kept_fen - part_fen
        raised[name] = min(fen, max(stands, 0)) - min(fen, max(then, 0))
    return raised
