"""The amounts of an account that have a name now: what the page offers, and the only ones paid under their names."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from collections_app.domain.promises import unpaid_parts
from repayment.domain.headline import Headline, agreement_headline
from repayment.domain.payments import PaymentPurpose
from repayment.selectors.account_page import AccountPart, Page

# How many instalments are offered to be paid in one go; more is another amount, or the payoff.
MOST_INSTALMENTS = 4


@dataclass(frozen=True, slots=True)
class Named:
    """An amount in fen and what it pays; ``instalments`` says how many of the next ones, where it is so many."""

    purpose: PaymentPurpose
    fen: int
    instalments: int = 0

    @property
    def code(self) -> str:
        """Its name with its fen (``overdue@391300``), so that an amount that has changed is not paid under its name."""
        number = f":{self.instalments}" if self.instalments else ""
        return f"{self.purpose.value}{number}@{self.fen}"


def named(*, page: Page, part: AccountPart) -> list[Named]:
    """Return every named amount of an account at the day of the page, the agreed one first; equal ones too."""
    found: list[Named] = []
    first = _first(page, part)
    if first.account_id == part.account.pk and first.purpose is not None:
        found.append(Named(first.purpose, first.amount_fen))
    found += [
        Named(PaymentPurpose.OVERDUE, part.account.overdue_fen),
        Named(PaymentPurpose.MINIMUM, part.account.minimum_due_fen),
    ]
    if part.payoff_holds:
        found.append(Named(PaymentPurpose.PAYOFF, part.account.payoff_fen))
    found += _instalments(part)
    return [item for item in found if item.fen > 0]


def offered(*, page: Page, part: AccountPart) -> dict[str, int]:
    """Return what there is to choose from on an account, as code and fen: equal amounts once, by their first name."""
    amounts: dict[str, Named] = {}
    for item in named(page=page, part=part):
        name = item.code.partition("@")[0]
        if name not in amounts and item.fen not in {one.fen for one in amounts.values()}:
            amounts[name] = item
    return {item.code: item.fen for item in amounts.values()}


def is_named(*, page: Page, account_id: int, purpose: str, fen: int) -> bool:
    """Return whether so many fen of an account are what a purpose names at the day of the page."""
    part = page.part(account_id)
    return part is not None and any((item.purpose, item.fen) == (purpose, fen) for item in named(page=page, part=part))


def _first(page: Page, part: AccountPart) -> Headline:
    """What the page says first of this account: where it leads with another one, what was agreed on this."""
    if page.headline.account_id != part.account.pk and part.agreement is not None and part.agreement.unpaid:
        return agreement_headline(part.agreement, part.due, page.today)
    return page.headline


def _instalments(part: AccountPart) -> Iterator[Named]:
    """How many of the next instalments may be chosen, and their sum: the plan's, else the loan's."""
    if part.plan is not None and part.agreement is not None:
        unpaid = sorted(part.agreement.unpaid)
    else:
        lines = [(line.due_on, line.principal_fen + line.interest_fen - line.paid_fen) for line in part.schedule]
        unpaid = unpaid_parts([line for line in lines if line[1] > 0], paid_fen=max(part.on_top_fen, 0))
    for number, fen in enumerate(accumulate(fen for _day, fen in unpaid[:MOST_INSTALMENTS]), start=1):
        if fen <= part.due.payoff_fen:
            yield Named(PaymentPurpose.INSTALMENT, fen, number)
