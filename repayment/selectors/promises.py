"""Where a customer may promise a day or move one by themselves, and within which limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collections_app.domain.promises import NOT_KEPT, PENDING, Limits, unpaid_parts
from collections_app.models import Account, Customer, Hold, Promise
from collections_app.selectors.arrangement_offers import BARRED_BY
from collections_app.selectors.money import seen
from collections_app.selectors.promise_obstacles import obstacles
from collections_app.selectors.promise_rules import limits_for, limits_of
from repayment.domain.payments import UNDER_WAY
from repayment.domain.promises import WAIT_AFTER_BROKEN, left_to_move
from repayment.models import Payment
from repayment.selectors.account_page import AccountPart, Page

USED_UP = "promise_too_many_redates"
ASKS_A_PERSON = "promise_asks_a_person"


@dataclass(frozen=True, slots=True)
class Promisable:
    """One account on which a day can be promised, with the bank's limits."""

    part: AccountPart
    limits: Limits


def offered(*, page: Page, now: datetime) -> list[Promisable]:
    """Return the accounts of a page on which its customer may promise a day. A fixed number of queries."""
    accounts = [part.account for part in page.parts if not page.open_payment and part.held is None]
    free = open_to(customer=page.customer, accounts=accounts, now=now)
    limits = limits_of(accounts=[account for account in accounts if account.pk in free], today=page.today)
    return [Promisable(part, limits[part.account.pk]) for part in page.parts if part.account.pk in limits]


@dataclass(frozen=True, slots=True)
class Movable:
    """A pending promise: what is left of it as (day, fen), its limits, and why its customer cannot move it, if so."""

    promise: Promise
    account: Account
    left: list[tuple[date, int]]
    limits: Limits
    refusal: str

    @property
    def moves_left(self) -> int:
        """How often it can be moved, this time among them."""
        return max(self.limits.most_redates - self.promise.redates, 0)


def movable(*, customer: Customer, account_id: int, now: datetime) -> Movable | None:
    """Return the pending promise of an account of this customer's, or None when there is none."""
    rows = Promise.objects.filter(customer=customer, account_id=account_id, state__in=PENDING)
    promise = rows.select_related("account").prefetch_related("parts").first()
    if promise is None:
        return None
    zone, account = ZoneInfo(customer.time_zone), promise.account
    today = now.astimezone(zone).date()
    money = seen(account_id=account.pk).since(promise.taken_at, zone=zone)
    unpaid = unpaid_parts([(part.due_on, part.amount_fen) for part in promise.parts.all()], paid_fen=money.total_fen)
    left = left_to_move(unpaid, overdue_fen=account.overdue_fen)
    limits = limits_for(account=account, today=today)
    refusal = ""
    if promise.redates >= limits.most_redates:
        refusal = USED_UP
    elif not _fits(left, limits, today) or not _is_free(customer, promise, now):
        refusal = ASKS_A_PERSON
    return Movable(promise, account, left, limits, refusal)


def _fits(left: Sequence[tuple[date, int]], limits: Limits, today: date) -> bool:
    """Whether what is left could be promised anew. Once a day is over it is looked at whether money came by it."""
    enough = sum(fen for _day, fen in left) >= limits.smallest_fen
    return bool(left) and enough and left[0][0] >= today and len(left) <= limits.most_parts


def _is_free(customer: Customer, promise: Promise, now: datetime) -> bool:
    account = promise.account
    if Payment.objects.filter(account=account, state__in=sorted(UNDER_WAY)).exists():
        return False
    return account.pk in open_to(customer=customer, accounts=[account], now=now, replaced=frozenset({promise.pk}))


def open_to(
    *, customer: Customer, accounts: Sequence[Account], now: datetime, replaced: frozenset[int] = frozenset()
) -> set[int]:
    """Return the ids of the accounts on which nothing stands against a promise made without a person. Five queries.

    Besides what stands in anybody's way: a hold that asks for a person, and a promise not kept a short while ago.
    ``replaced`` are pending promises that the new one would take the place of.
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
    barred |= set(obstacles(accounts=accounts, now=now, replaced=replaced))
    return set() if None in barred else {account.pk for account in accounts} - barred
