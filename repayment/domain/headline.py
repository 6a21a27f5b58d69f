"""What the customer's page says first: what was agreed, or what is due, and what its one button pays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from repayment.domain.payments import PaymentPurpose


class HeadlineKind(StrEnum):
    SPEAK_TO_US = "speak_to_us"
    IN_FLIGHT = "in_flight"
    HELD = "held"
    PLAN_LATE = "plan_late"
    PLAN_DUE = "plan_due"
    PROMISE_MISSED = "promise_missed"
    PROMISE_DUE = "promise_due"
    BROKEN = "broken"
    OVERDUE = "overdue"
    CLAIMED = "claimed"
    DISPUTED = "disputed"
    COMING_DUE = "coming_due"
    NOTHING_DUE = "nothing_due"


@dataclass(frozen=True, slots=True)
class AccountDue:
    """What an account owes today, in fen, and what bears on asking for it."""

    id: int
    product: str
    currency: str
    overdue_fen: int
    coming_fen: int
    coming_on: date | None
    payoff_fen: int
    claimed: bool = False
    disputed: bool = False
    broken: bool = False
    closed_to_us: bool = False


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement in force on an account: a plan or a promise, and what is unpaid of it as (last day, fen)."""

    account_id: int
    is_plan: bool
    unpaid: Sequence[tuple[date, int]]
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Headline:
    """The first thing on the page. Without a purpose there is no button to pay."""

    kind: HeadlineKind
    account_id: int | None = None
    amount_fen: int = 0
    currency: str = "CNY"
    purpose: PaymentPurpose | None = None
    due_on: date | None = None
    last_day: date | None = None
    rest: tuple[tuple[date, int], ...] = ()


def headline(
    *,
    accounts: Sequence[AccountDue],
    agreed: Sequence[Agreed],
    in_flight: tuple[int, int, str] | None,
    held: tuple[int, int, str] | None = None,
    silent: bool,
    today: date,
) -> Headline:
    """Return what the page says first.

    ``in_flight`` is (account id, fen, currency) of a payment under way, also of an account that has left the core's
    file since; ``held`` is one of which another sum arrived, until somebody knows what it is for; ``silent`` says that
    the bank speaks of this record only in person (a death, an assignment, a bankruptcy). What was agreed and is due
    comes first, then what is overdue without an agreement, then what was agreed for later, then what comes due.
    """
    if silent:
        return Headline(HeadlineKind.SPEAK_TO_US)
    if in_flight is not None:
        return Headline(HeadlineKind.IN_FLIGHT, *in_flight)
    if held is not None:
        return Headline(HeadlineKind.HELD, *held)
    payable = {account.id: account for account in accounts if account.payoff_fen > 0 and not account.closed_to_us}
    agreements = sorted(
        (agreement_headline(item, payable[item.account_id], today) for item in agreed if _asks(item, payable)),
        key=lambda item: (item.due_on or today, item.account_id or 0),
    )
    due = [item for item in agreements if item.due_on is not None and item.due_on <= today]
    covered = {item.account_id for item in agreements}
    without = [account for account in payable.values() if account.id not in covered]
    return next(_in_order(due, agreements, without), Headline(HeadlineKind.NOTHING_DUE))


def _in_order(due: list[Headline], agreements: list[Headline], without: list[AccountDue]) -> Iterator[Headline]:
    yield from due
    overdue = sorted((item for item in without if item.overdue_fen), key=lambda item: (-item.overdue_fen, item.id))
    asked = [item for item in overdue if not item.claimed and not item.disputed]
    for account in [item for item in asked if item.broken] + [item for item in asked if not item.broken]:
        kind = HeadlineKind.BROKEN if account.broken else HeadlineKind.OVERDUE
        yield Headline(kind, account.id, account.overdue_fen, account.currency, PaymentPurpose.OVERDUE)
    yield from agreements
    for account in overdue:
        kind = HeadlineKind.CLAIMED if account.claimed else HeadlineKind.DISPUTED
        yield Headline(kind, account.id, account.overdue_fen, account.currency)
    coming = [item for item in without if item.coming_fen > 0 and item.coming_on is not None]
    for account in sorted(coming, key=lambda item: (item.coming_on or date.max, item.id)):
        purpose = PaymentPurpose.MINIMUM if account.product == "card" else PaymentPurpose.INSTALMENT
        yield Headline(
            HeadlineKind.COMING_DUE, account.id, account.coming_fen, account.currency, purpose, account.coming_on
        )


def _asks(item: Agreed, payable: dict[int, AccountDue]) -> bool:
    return bool(item.unpaid) and item.account_id in payable


def agreement_headline(item: Agreed, account: AccountDue, today: date) -> Headline:
    """Return the headline of an agreement not yet paid: all of it that is due in one sum, else its next part."""
    parts = sorted(item.unpaid)
    due = [part for part in parts if part[0] <= today] or parts[:1]
    first_day = due[0][0]
    missed = first_day < today
    if item.is_plan:
        kind = HeadlineKind.PLAN_LATE if missed else HeadlineKind.PLAN_DUE
    else:
        kind = HeadlineKind.PROMISE_MISSED if missed else HeadlineKind.PROMISE_DUE
    return Headline(
        kind,
        account.id,
        min(sum(fen for _, fen in due), account.payoff_fen),
        account.currency,
        PaymentPurpose.PLAN_INSTALMENT if item.is_plan else PaymentPurpose.PROMISE_PART,
        first_day,
        first_day + timedelta(days=item.grace_days) if item.is_plan else first_day,
        tuple(parts[len(due) :]),
    )
