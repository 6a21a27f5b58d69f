"""What a message is about, as the record has it at one instant. Amounts in fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from collections_app.domain.holds import Effect, HoldTable
from collections_app.domain.told.sayings import Saying


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """A promise on the account: its state, its parts in order, and what was paid since it was taken."""

    id: int
    state: str
    parts: tuple[tuple[int, date, int], ...]
    """Part id, last day, amount."""
    paid_fen: int

    def unpaid_up_to(self, day: date) -> int:
        """Return how many fen of the parts due by that day are still unpaid."""
        return max(sum(amount for _, due_on, amount in self.parts if due_on <= day) - self.paid_fen, 0)


@dataclass(frozen=True, slots=True)
class InstalmentFacts:
    """An instalment of a plan or of a loan's schedule, and whether its plan is still in force."""

    number: int
    count: int
    due_on: date
    unpaid_fen: int
    in_force: bool


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment the message acknowledges."""

    amount_fen: int
    state: str
    taken_back: bool = False
    """Whether it is money that the core took back again, and not money that came in."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The truth one message is judged and rendered by, with the bank's holds. ``today`` is the customer's own date."""

    table: HoldTable
    today: date
    product: str
    tail: str
    currency: str = "CNY"
    closed: bool = False
    overdue_fen: int = 0
    minimum_due_fen: int = 0
    billed_fen: int = 0
    payoff_fen: int = 0
    due_on: date | None = None
    statement_on: date | None = None
    overdue_since: date | None = None
    delinquent: bool = False
    in_flight: bool = False
    holds: tuple[str, ...] = ()
    promise: PromiseFacts | None = None
    subject_promise: PromiseFacts | None = None
    instalment: InstalmentFacts | None = None
    payment: PaymentFacts | None = None
    payload: Mapping[str, str] = field(default_factory=dict)
    contradicted: bool = False
    """Whether what the customer was told of the account is not the truth, or only by mouth."""
    to_say: Sequence[Saying] = ()
    """What is to be said of the account, where a message tells the truth whatever was told before."""
    is_plan: bool = False
    days_past_due: int = 0
    in_house: bool = True
    """Whether the account is with the bank's own people, not with an agency or an assignee."""
    work_open: bool = False
    """Whether the complaint or request the message acknowledges is still being worked on."""
    asked: bool = False
    """Whether a colleague asked for the message by hand, having seen its text."""
    officer: str = ""
    """The colleague who stands behind the message, in the customer's language."""

    def stopped_by(self, purpose: str) -> str:
        """Return the kind of hold that stops a contact of this purpose, or an empty text."""
        return next((kind for kind in self.holds if self.table.effect(kind, purpose) is not Effect.PASS), "")
