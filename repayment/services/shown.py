"""Remembering what the customer's page has shown."""

from datetime import datetime

from collections_app.services.told import pages
from repayment.domain.shown import sayings
from repayment.selectors.account_page import Page


def remember(*, page: Page, now: datetime, account_id: int | None = None) -> None:
    """Remember the amounts of a page that is about to be shown; a page that names none tells nothing.

    With ``account_id`` the page speaks of that account alone.
    If it cannot be remembered it is not shown: the error goes up and the customer reads that the page is away.
    """
    if page.is_silent:
        return
    said = sayings(
        [part.due for part in page.parts if account_id in {None, part.account.pk} and page.names(part.account.pk)],
        page.agreed,
        {part.account.pk: part.account.payoff_valid_until for part in page.parts},
    )
    pages.remember_page(customer=page.customer, sayings=said, version=page.version, now=now)
