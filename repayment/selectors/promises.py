"""On which accounts a customer may promise a day by themselves, and within which limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from collections_app.domain.promises import NOT_KEPT, Limits
from collections_app.models import Account, Customer, Hold, Promise
from collections_app.selectors.arrangement_offers import BARRED_BY
from collections_app.selectors.promise_obstacles import obstacles
from collections_app.selectors.promise_rules import limits_of
from repayment.domain.promises import WAIT_AFTER_BROKEN
from repayment.selectors.account_page import AccountPart, Page


@dataclass(frozen=True, slots=True)
class Promisable:
    """One account on which a day can be promised, with the bank's limits."""

    part: AccountPart
    limits: Limits


def offered(*, page: Page, now: datetime) -> list[Promisable]:
    """Return the accounts of a page on which its customer may promise a day. A fixed number of queries."""
    accounts = [part.account for part in page.parts if not page.open_payment]
    free = open_to(customer=page.customer, accounts=accounts, now=now)
    limits = limits_of(accounts=[account for account in accounts if account.pk in free], today=page.today)
    return [Promisable(part, limits[part.account.pk]) for part in page.parts if part.account.pk in limits]


def open_to(*, customer: Customer, accounts: Sequence[Account], now: datetime) -> set[int]:
    """Return the ids of the accounts on which nothing stands against a promise made without a person. Five queries.

    Besides what stands in anybody's way: a hold that asks for a person, and a promise not kept a short while ago.
    """
    if not accounts:
        return set()
    held = Hold.objects.filter(customer=customer, kind__in=BARRED_BY, released_at__isnull=True).exclude(
        ends_at__lte=now
    )
    barred = set(held.values_list("account_id", flat=True))
    since = now.astimezone(ZoneInfo(customer.time_zone)).date() - WAIT_AFTER_BROKEN
    broken = Promise.objects.filter(customer=customer, state__in=NOT_KEPT, last_day__gt=since)
    barred |= set(broken.values_list("account_id", flat=True))
    barred |= set(obstacles(accounts=accounts, now=now))
    return set() if None in barred else {account.pk for account in accounts} - barred
