"""What customers do: one stream for both sides, drawn from a seed before anything is run.

What a customer does by themselves is a list of happenings. How they answer a call, and whether they keep their word, is
drawn from the customer and the day, so that both sides find the same customer. Every share here is an assumption; none
of them is a result.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Item = TypeVar("Item")


class Kind(StrEnum):
    """What a customer may do by themselves."""

    PAYS = "pays"
    ASKS = "asks"
    PROMISES = "promises"
    HARDSHIP = "hardship"
    DISPUTES = "disputes"
    FRAUD = "fraud"
    PAID = "paid"
    COMPLAINS = "complains"
    STOPS = "stops"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something one customer does: the day (0 is the first), the minute of the day, and which customer."""

    day: int
    minute: int
    customer: int
    kind: Kind


# Payments and calls, a customer and day: one in so many.
_ONE_PAYMENT_IN, _ONE_CALL_IN = 70, 30
# Customers call between eight and twenty.
_FROM, _TO = 8 * 60, 20 * 60
_CALLS: tuple[tuple[Kind, int], ...] = (
    (Kind.ASKS, 34),
    (Kind.PROMISES, 30),
    (Kind.PAID, 12),
    (Kind.HARDSHIP, 8),
    (Kind.DISPUTES, 6),
    (Kind.CHANGES, 4),
    (Kind.COMPLAINS, 3),
    (Kind.STOPS, 2),
    (Kind.FRAUD, 1),
)
# Outcomes of a call to a customer whose number is right (codes of the list ``outcomes``).
_ANSWERS: tuple[tuple[str, int], ...] = (
    ("no_answer", 42),
    ("busy", 8),
    ("self_promise", 20),
    ("self_consider", 10),
    ("self_refuse", 8),
    ("self_paid", 4),
    ("self_hardship", 4),
    ("self_dispute", 2),
    ("self_complain", 1),
    ("refused_verify", 1),
)
# As the demo bank's customers pay.
_CHANNELS: tuple[tuple[str, int], ...] = (
    ("app", 34),
    ("gateway", 28),
    ("autodebit", 14),
    ("same_bank", 8),
    ("interbank", 8),
    ("counter", 5),
    ("atm", 3),
)
# The bank hears of these at once; the others come with the core's file of the night.
ONLINE = frozenset({"app", "gateway"})
_WRONG_NUMBERS, _WORDS_KEPT = 4, 60
_LATEST_DAYS, _SOONEST_DAYS = 10, 2
_SHARES = (100, 100, 60, 40)


def happenings(*, seed: int, customers: int, days: int) -> dict[int, list[Happening]]:
    """Return what the customers do by themselves, by day, each day in the order of the clock."""
    found: dict[int, list[Happening]] = {day: [] for day in range(days)}
    for customer in range(customers):
        for item in _of(random.Random(f"{seed}:does:{customer}"), customer, days):  # noqa: S311  an invented bank
            found[item.day].append(item)
    for items in found.values():
        items.sort(key=lambda item: (item.minute, item.customer, item.kind))
    return found


def _of(chance: random.Random, customer: int, days: int) -> Iterator[Happening]:
    for day in range(days):
        if not int(chance.random() * _ONE_PAYMENT_IN):
            yield Happening(day, _minute(chance), customer, Kind.PAYS)
        if not int(chance.random() * _ONE_CALL_IN):
            yield Happening(day, _minute(chance), customer, pick(chance, _CALLS))


@dataclass(frozen=True, slots=True)
class Temper:
    """How customers react, the same on both sides for the same customer and day."""

    seed: int

    def number_is_wrong(self, customer: int) -> bool:
        """Return whether somebody else answers the number on file."""
        return self._chance("number", customer).random() * 100 < _WRONG_NUMBERS

    def answer(self, customer: int, day: int) -> str:
        """Return the outcome of a call to a customer on a day, as if they were free to choose it."""
        if self.number_is_wrong(customer):
            return "third_unknown"
        return pick(self._chance("answer", customer, day), _ANSWERS)

    def channel(self, customer: int) -> str:
        """Return how a customer pays."""
        return pick(self._chance("channel", customer), _CHANNELS)

    def share(self, customer: int, day: int) -> int:
        """Return how many percent of what is overdue a customer pays when they pay on a day."""
        chance = self._chance("share", customer, day)
        return _SHARES[int(chance.random() * len(_SHARES))]

    def promised_in(self, customer: int, day: int) -> int:
        """Return in how many days a customer promises to pay."""
        chance = self._chance("promised", customer, day)
        return _SOONEST_DAYS + int(chance.random() * (_LATEST_DAYS - _SOONEST_DAYS + 1))

    def keeps(self, customer: int, day: int) -> bool:
        """Return whether a customer keeps a promise that falls due on a day."""
        return self._chance("keeps", customer, day).random() * 100 < _WORDS_KEPT

    def wants_callback(self, customer: int, day: int) -> bool:
        """Return whether a customer who only asks wants to be called back."""
        return self._chance("callback", customer, day).random() < 0.5

    def minute(self, customer: int, day: int) -> int:
        """Return the minute of a day at which a customer does what they said they would."""
        return _minute(self._chance("minute", customer, day))

    def _chance(self, what: str, *of: int) -> random.Random:
        return random.Random(f"{self.seed}:{what}:{of}")  # noqa: S311  an invented bank, no secret


def pick(chance: random.Random, weighted: Sequence[tuple[Item, int]]) -> Item:
    """Return one of several things, as often as its weight says."""
    left = chance.random() * sum(weight for _, weight in weighted)
    for item, weight in weighted:
        left -= weight
        if left < 0:
            return item
    return weighted[-1][0]


def _minute(chance: random.Random) -> int:
    return _FROM + int(chance.random() * (_TO - _FROM))
