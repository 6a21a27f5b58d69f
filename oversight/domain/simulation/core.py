"""The core of the simulated bank: cards made of real accounts, and what was paid on them through any channel."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from collections_app.domain.amounts import FiveAmounts
from oversight.domain.demo_bank import cards, numbers, rows
from oversight.domain.demo_bank.people import Person
from oversight.domain.simulation.stream import ONLINE


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment: whose, when (in the bank's time), fen, channel, and the reference it carries."""

    customer: int
    at: datetime
    fen: int
    channel: str
    reference: str

    @property
    def online(self) -> bool:
        """Whether the bank heard of it at once."""
        return self.channel in ONLINE


class Core:
    """The bank's core: one card for each customer, and the payments of one side of the simulation."""

    def __init__(
        self, *, people: Sequence[Person], data: Sequence[cards.CardFacts], opened_on: date, zone: tzinfo
    ) -> None:
        """Open the accounts on a day; customers are numbered as they are given."""
        self.people = people
        self.zone = zone
        self.opened_on = opened_on
        self.payments: list[Paid] = []
        self._cards = data
        self._paid: dict[int, list[Paid]] = defaultdict(list)

    def unpaid(self) -> "Core":
        """Return the same accounts as they were opened."""
        return Core(people=self.people, data=self._cards, opened_on=self.opened_on, zone=self.zone)

    def account_no(self, customer: int) -> str:
        """Return the number of a customer's card."""
        return numbers.card_number(self._cards[customer].number)

    def pay(self, paid: Paid) -> None:
        """Book a payment. They come in the order of time."""
        self.payments.append(paid)
        self._paid[paid.customer].append(paid)

    def file(self, as_of: date) -> Iterator[list[str]]:
        """Return the rows of the nightly file of a day, by customer."""
        for customer, (person, card) in enumerate(zip(self.people, self._cards, strict=True)):
            paid = [item for item in self._paid[customer] if item.at.date() <= as_of]
            known = (sum(item.fen for item in paid), [item.reference for item in paid if item.online])
            yield rows.card_row(
                person, card, anchor=self.opened_on, as_of=as_of, paid={self.account_no(customer): known}
            )

    def known(self, customer: int, at: datetime) -> FiveAmounts:
        """Return what a customer owed at a moment, as far as anybody in the bank could know it then.

        That is the file of the night before, and every payment since that came online.
        """
        return self._amounts(customer, at, lambda item: item.online)

    def owed(self, customer: int, at: datetime) -> FiveAmounts:
        """Return what a customer owed at a moment, with payments that no file had brought yet."""
        return self._amounts(customer, at, lambda item: True)

    def _amounts(self, customer: int, at: datetime, counts: Callable[[Paid], bool]) -> FiveAmounts:
        as_of = at.date() - timedelta(days=1)
        filed = sum(item.fen for item in self._paid[customer] if item.at.date() <= as_of)
        since = sum(
            item.fen for item in self._paid[customer] if as_of < item.at.date() and item.at <= at and counts(item)
        )
        state = cards.state_on(self._cards[customer], anchor=self.opened_on, as_of=as_of, paid_fen=filed)
        return state.amounts.after_payment(since)
