"""The invented book of loans: equal instalments, most paid in time, some behind. All of it is marked synthetic."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.intake.schedule import ScheduleLine
from oversight.domain.demo_bank.cards import QUOTE_DAYS, add_months
from oversight.domain.demo_bank.people import SEED
from oversight.domain.demo_bank.schedules import equal_instalments

_AMOUNTS = (1_000_000, 2_000_000, 3_000_000, 5_000_000, 8_000_000, 10_000_000, 20_000_000, 30_000_000)
_RATES_BP = (435, 560, 720, 960, 1200, 1440, 1800)
_TERMS = (6, 12, 18, 24, 36, 48, 60)
# Months behind, by weight: most loans are paid in time.
_BEHIND = ((0, 820), (1, 90), (2, 40), (3, 22), (4, 12), (5, 8), (6, 5), (8, 3))
_LATEST_DAY = 28


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """A loan: how much (fen), at what yearly rate (basis points), for how long, and how many months behind."""

    number: int
    amount_fen: int
    annual_bp: int
    months: int
    first_due: date
    behind: int
    next_place: int


@dataclass(frozen=True, slots=True)
class LoanState:
    """A loan as the core has it on one day. Amounts in fen."""

    amounts: FiveAmounts
    interest_fen: int
    due_on: date | None
    overdue_since: date | None
    schedule: Sequence[ScheduleLine]

    @property
    def principal_fen(self) -> int:
        """What is owed without interest."""
        return self.amounts.payoff_fen - self.interest_fen


def loan(number: int, *, anchor: date) -> LoanFacts:
    """Return one loan of the book as it was agreed, seen from the day the bank was opened."""
    chance = random.Random(f"{SEED}:loan:{number}")  # noqa: S311  (an invented bank, no secret)
    months = chance.choice(_TERMS)
    behind = chance.choices([item for item, _ in _BEHIND], [weight for _, weight in _BEHIND])[0]
    # At least as many instalments have passed as are unpaid, and one is still to come.
    next_place = chance.randint(min(behind, months - 1), months - 1)
    next_due = anchor + timedelta(days=chance.randint(1, 27))
    next_due = next_due.replace(day=min(next_due.day, _LATEST_DAY))
    if next_due <= anchor:
        next_due = add_months(next_due, 1)
    return LoanFacts(
        number=number,
        amount_fen=chance.choice(_AMOUNTS),
        annual_bp=chance.choice(_RATES_BP),
        months=months,
        first_due=add_months(next_due, -next_place),
        behind=min(behind, next_place),
        next_place=next_place,
    )


def state_on(facts: LoanFacts, *, as_of: date, paid_fen: int = 0) -> LoanState:
    """Return a loan on a day. Later days roll it on: who paid goes on paying, who is behind stays behind.

    ``paid_fen`` is what OneCase has passed to the core since; it pays the oldest instalments first.
    """
    lines = equal_instalments(amount_fen=facts.amount_fen, annual_bp=facts.annual_bp, months=facts.months)
    dues = [add_months(facts.first_due, place) for place in range(facts.months)]
    unpaid_from = facts.next_place - facts.behind
    if not facts.behind:
        unpaid_from = sum(due < as_of for due in dues)
    schedule: list[ScheduleLine] = []
    left = paid_fen
    for place, ((principal, interest), due) in enumerate(zip(lines, dues, strict=True)):
        whole = principal + interest
        paid = whole if place < unpaid_from else min(left, whole)
        if place >= unpaid_from:
            left -= paid
        schedule.append(ScheduleLine(place + 1, due, principal, interest, paid))
    return _state(schedule, as_of)


def _state(schedule: list[ScheduleLine], as_of: date) -> LoanState:
    open_lines = [line for line in schedule if line.paid_fen < line.principal_fen + line.interest_fen]
    late = [line for line in open_lines if line.due_on < as_of]
    following = next((line for line in open_lines if line.due_on >= as_of), None)
    overdue = sum(_left(line) for line in late)
    billed = overdue + (_left(following) if following else 0)
    unbilled = sum(_principal_left(line) for line in open_lines if line not in late and line is not following)
    due_lines = [*late, following] if following else late
    interest = sum(min(line.interest_fen, _left(line)) for line in due_lines)
    payoff = billed + unbilled
    return LoanState(
        amounts=FiveAmounts(
            overdue_fen=overdue,
            minimum_due_fen=billed,
            billed_fen=billed,
            payoff_fen=payoff,
            payoff_valid_until=as_of + timedelta(days=QUOTE_DAYS),
            unbilled_fen=unbilled,
        ),
        interest_fen=min(interest, payoff),
        due_on=following.due_on if following else None,
        overdue_since=late[0].due_on + timedelta(days=1) if late else None,
        schedule=schedule,
    )


def _left(line: ScheduleLine) -> int:
    return line.principal_fen + line.interest_fen - line.paid_fen


def _principal_left(line: ScheduleLine) -> int:
    """What is left of the principal: a payment pays interest first."""
    return min(line.principal_fen, _left(line))
