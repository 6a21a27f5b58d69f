"""What the customer's page tells of money, as the record shall remember it."""

from collections.abc import Iterator, Sequence
from datetime import date

from collections_app.domain.told.sayings import Saying
from repayment.domain.headline import AccountDue, Agreed

# As many parts of an agreement as the page names: what comes next, and three more.
PARTS_NAMED = 4


def sayings(
    accounts: Sequence[AccountDue], agreed: Sequence[Agreed], payoff_valid: dict[int, date | None]
) -> list[Saying]:
    """Return what the page asks for on each account, as its cards name it; on nothing due, that it is nothing.

    What was agreed stands for its account: the overdue amount beside it is no demand. ``payoff_valid`` has the
    last day of each account's payoff.
    """
    agreements = {item.account_id: item for item in agreed if item.unpaid}
    found: list[Saying] = []
    for account in accounts:
        if account.id in agreements:
            found.extend(_agreement(agreements[account.id]))
        else:
            found.append(_account(account, payoff_valid.get(account.id)))
    return found


def _agreement(item: Agreed) -> Iterator[Saying]:
    name = "instalment" if item.is_plan else "promised"
    for day, fen in sorted(item.unpaid)[:PARTS_NAMED]:
        yield Saying(item.account_id, name, fen, pay_by=day)


def _account(account: AccountDue, payoff_valid_until: date | None) -> Saying:
    if not account.overdue_fen and account.coming_fen > 0 and account.coming_on is not None:
        name = "minimum_due" if account.product == "card" else "instalment"
        return Saying(account.id, name, account.coming_fen, pay_by=account.coming_on)
    if not account.overdue_fen and account.payoff_fen > 0:
        return Saying(account.id, "payoff", account.payoff_fen, valid_until=payoff_valid_until)
    return Saying(account.id, "overdue", account.overdue_fen)
