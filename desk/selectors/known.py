"""What a page has read already, set on the rows that refer to it: customers and accounts are wide to read again."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from collections_app.models import Account, Arrangement, Customer, Entry, PaymentClaim, Promise

Row = TypeVar("Row", Promise, Arrangement, PaymentClaim, Entry)


class Known(Protocol):
    """A record whose customer and accounts are read."""

    customer: Customer

    @property
    def accounts(self) -> Sequence[Account]:
        """All accounts of the customer."""


def set_on(rows: Iterable[Row], record: Known) -> list[Row]:
    """Return rows of a record with its customer and its accounts set on them."""
    found, accounts = list(rows), {account.pk: account for account in record.accounts}
    for row in found:
        row.customer = record.customer
        if account := accounts.get(row.account_id):
            row.account = account
    return found
