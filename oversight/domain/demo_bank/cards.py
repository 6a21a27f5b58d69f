"""Credit cards made of the real accounts: months shifted to today, what the data lack added consistently.

The limit, the six bills and the six payments are the data's. September 2005, the data's last month, is each card's
latest statement; the day of the month it falls on is invented so that no bill of a card in good standing is past due.
"""

import random
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collections_app.domain.amounts import FiveAmounts
from oversight.domain.demo_bank.people import SEED

MONTHS = 6
FEN = 100
# From a statement to the last day for its minimum payment.
DAYS_TO_PAY = 25
GRACE_DAYS = 3
QUOTE_DAYS = 3
_MINIMUM_PERCENT = 10
_LATE_FEE_PERCENT = 5
# Five in ten thousand a day, in hundred-thousandths.
_DAILY_INTEREST = 50
_LATEST_DAY = 28
# A card in good standing is shown anywhere between its statement and its due date; one that is behind not too near
# the due date, so that a month late is the stage of one month.
_OLDEST_STATEMENT_DAYS, _OLDEST_WHEN_BEHIND = 24, 17
_STATUS_COLUMNS = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")


@dataclass(frozen=True, slots=True)
class CardFacts:
    """One account of the data: limit, bills and payments in fen, newest month first, and months overdue now."""

    number: int
    limit_fen: int
    bills_fen: Sequence[int]
    payments_fen: Sequence[int]
    status: int

    @property
    def months_overdue(self) -> int:
        """How many months payment was late by the last month; nothing is late on a card that owes nothing."""
        return max(self.status, 0) if self.bills_fen[0] > 0 else 0

    def purchases_fen(self, month: int) -> int:
        """What was bought in a month (0 is the newest): the bill, less the one before, with what was paid back on."""
        return max(self.bills_fen[month] - self.bills_fen[month + 1] + self.payments_fen[month], 0)


@dataclass(frozen=True, slots=True)
class CardState:
    """A card as the core has it on one day. Amounts in fen."""

    amounts: FiveAmounts
    interest_fen: int
    fees_fen: int
    statement_on: date
    due_on: date
    overdue_since: date | None

    @property
    def principal_fen(self) -> int:
        """What is owed without the interest since the statement and without late fees."""
        return self.amounts.billed_fen + self.amounts.unbilled_fen - self.fees_fen


def card_of(row: Mapping[str, str]) -> CardFacts:
    """Return an account of the data from its row."""
    return CardFacts(
        number=int(row["ID"]),
        limit_fen=int(row["LIMIT_BAL"]) * FEN,
        bills_fen=tuple(int(row[f"BILL_AMT{month}"]) * FEN for month in range(1, MONTHS + 1)),
        payments_fen=tuple(int(row[f"PAY_AMT{month}"]) * FEN for month in range(1, MONTHS + 1)),
        status=int(row[_STATUS_COLUMNS[0]]),
    )


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day when it is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def first_statement(card: CardFacts, *, anchor: date) -> date:
    """Return the day of the card's latest statement on the day the demo bank was opened."""
    chance = random.Random(f"{SEED}:statement:{card.number}")  # noqa: S311  (an invented bank, no secret)
    oldest = _OLDEST_WHEN_BEHIND if card.months_overdue else _OLDEST_STATEMENT_DAYS
    days = [anchor - timedelta(days=age) for age in range(oldest + 1)]
    # Every month has the day, so that months can be counted back and forth.
    days = [day for day in days if day.day <= _LATEST_DAY]
    return days[int(chance.random() * len(days))]


def minimum_fen(bill_fen: int) -> int:
    """Return the least payment of a bill: a tenth, rounded up to the fen."""
    return -(-max(bill_fen, 0) * _MINIMUM_PERCENT // 100)


def state_on(card: CardFacts, *, anchor: date, as_of: date, paid_fen: int = 0) -> CardState:
    """Return a card on a day, at the earliest the day the bank was opened.

    Later days roll the same balances on: who paid goes on paying in time, who was late stays late. ``paid_fen``
    is what OneCase has passed to the core since.
    """
    opened = first_statement(card, anchor=anchor)
    passed = 0
    while add_months(opened, passed + 1) <= as_of:
        passed += 1
    statement = add_months(opened, passed)
    due = statement + timedelta(days=DAYS_TO_PAY)
    bill = max(card.bills_fen[0], 0)
    overdue = min(_unpaid_minimums(card, opened, as_of), bill)
    if not overdue and due < as_of:
        # The last payment of the data comes again, and at least the minimum, so that nobody falls behind.
        bill = max(bill - max(card.payments_fen[0], minimum_fen(bill)), 0)
        minimum = 0
    else:
        minimum = min(overdue + minimum_fen(bill - overdue), bill)
    unbilled = _unbilled(card, (anchor - opened).days)
    fees = overdue * _LATE_FEE_PERCENT // 100
    days = max((as_of - statement).days + QUOTE_DAYS, 0)
    revolving = bill if card.status >= 0 else 0
    interest = revolving * _DAILY_INTEREST * days // 100_000
    core = FiveAmounts(overdue, minimum, bill, bill + unbilled + interest, as_of + timedelta(days=QUOTE_DAYS), unbilled)
    amounts = core.after_payment(paid_fen)
    since = None
    if amounts.overdue_fen:
        since = add_months(opened, -card.months_overdue) + timedelta(days=DAYS_TO_PAY + 1)
    owed = amounts.payoff_fen - amounts.billed_fen - amounts.unbilled_fen
    return CardState(amounts, max(owed, 0), min(fees, amounts.billed_fen), statement, due, since)


def _unpaid_minimums(card: CardFacts, opened: date, as_of: date) -> int:
    """The minimum payments whose last day has passed on a card that is behind."""
    if not card.months_overdue:
        return 0
    bills = [card.bills_fen[min(month, MONTHS - 1)] for month in range(1, card.months_overdue + 1)]
    later = 0
    while add_months(opened, later) + timedelta(days=DAYS_TO_PAY) < as_of:
        later += 1
    total = sum(minimum_fen(bill) for bill in bills) + later * minimum_fen(card.bills_fen[0])
    return total or minimum_fen(card.bills_fen[0])


def _unbilled(card: CardFacts, days: int) -> int:
    """What was bought since the statement, at the pace of the five months the data tell."""
    if card.months_overdue or card.status < -1:
        return 0
    pace = sum(card.purchases_fen(month) for month in range(MONTHS - 1)) // (MONTHS - 1)
    return min(pace * days // 30, max(card.limit_fen - max(card.bills_fen[0], 0), 0))


def transaction_days(opened: date, month: int) -> tuple[date, date]:
    """Return the first and last day of the cycle that a month of the data (0 is the newest) becomes."""
    return add_months(opened, -month - 1) + timedelta(days=1), add_months(opened, -month)
