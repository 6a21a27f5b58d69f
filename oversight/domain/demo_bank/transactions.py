"""Single transactions that add up to the data's monthly sums: days, parts and channels are invented."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from oversight.domain.demo_bank.cards import DAYS_TO_PAY, MONTHS, CardFacts, first_statement, transaction_days
from oversight.domain.demo_bank.people import SEED

# How customers pay, and where they buy: as often as each stands here.
_PAYS = (
    *["app"] * 34, *["gateway"] * 28, *["autodebit"] * 14, *["same_bank"] * 8, *["interbank"] * 8, *["counter"] * 5,
    *["atm"] * 3,
)  # fmt: skip
_BUYS = (*["online"] * 55, *["pos"] * 40, *["atm"] * 5)
_ONE_PART_BELOW_FEN = 50_000


@dataclass(frozen=True, slots=True)
class Done:
    """One transaction, in fen."""

    on: date
    kind: str
    channel: str
    amount_fen: int


def transactions(card: CardFacts, *, anchor: date) -> Iterator[Done]:
    """Return what was done with a card in the data's six months, the oldest month first.

    The payments of a month add up to the data's payment, the purchases to what the bills say was bought. The
    oldest month has payments only: the bill before it is not in the data.
    """
    chance = random.Random(f"{SEED}:transactions:{card.number}")  # noqa: S311  (an invented bank, no secret)
    opened = first_statement(card, anchor=anchor)
    for month in reversed(range(MONTHS)):
        first, last = transaction_days(opened, month)
        if paid := card.payments_fen[month]:
            # The bill of the month before is paid by the last day for it.
            last_day = min(first + timedelta(days=DAYS_TO_PAY - 1), last)
            yield Done(_day(chance, first, last_day), "payment", _any(chance, _PAYS), paid)
        if month < MONTHS - 1:
            for part in _parts(chance, card.purchases_fen(month)):
                yield Done(_day(chance, first, last), "purchase", _any(chance, _BUYS), part)


def _parts(chance: random.Random, total_fen: int) -> list[int]:
    """Cut a sum into one or two purchases that add up to it."""
    if not total_fen:
        return []
    if total_fen < _ONE_PART_BELOW_FEN or chance.random() < 0.5:
        return [total_fen]
    part = int(total_fen * (0.2 + 0.6 * chance.random()))
    return [part, total_fen - part]


def _day(chance: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=int(chance.random() * ((last - first).days + 1)))


def _any(chance: random.Random, items: tuple[str, ...]) -> str:
    return items[int(chance.random() * len(items))]
