"""The holds in force on many records: those placed, and those that facts amount to by themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.holds import HoldKind, HoldTable
from collections_app.domain.permit_facts import HoldFact
from collections_app.domain.promises import PENDING
from collections_app.domain.quiet_hours import UnknownZoneError, zone_of
from collections_app.models import Account, Arrangement, Entry, Hold, Promise
from collections_app.selectors.zones import bank_zone

_HOLD_OF_PLACEMENT = {"placed": HoldKind.PLACED, "assigned": HoldKind.ASSIGNED}

# A promise and an agreement know their own end better than the hold that came with them.
_SOURCED = frozenset({HoldKind.PROMISE_PENDING, HoldKind.AGREEMENT_ACTIVE})

_Key = tuple[str, int | None, int | None, str]


def holds_in_force(
    *, customer_ids: Collection[int], holders: Mapping[int, Sequence[int]], table: HoldTable, now: datetime
) -> dict[int, list[HoldFact]]:
    """Return the holds in force on each record, in five queries.

    ``holders`` names the customers that owe or stand for each account: what holds an account holds it for
    all of them. A promise, an agreement, a payment on its way and a placement stop collection even if nobody
    placed a hold for them.
    """
    found: dict[int, dict[_Key, HoldFact]] = defaultdict(dict)
    for hold in _holds_of_facts(list(holders), table, now):
        for customer_id in holders.get(hold.account_id or 0, ()):
            _keep_longest(found[customer_id], hold)
    for owner_id, hold in _placed(customer_ids, list(holders), now):
        for customer_id in holders.get(hold.account_id or 0, (owner_id,)):
            if hold.kind in _SOURCED:
                found[customer_id].setdefault(_key(hold), hold)
            else:
                _keep_longest(found[customer_id], hold)
    return {customer_id: list(found[customer_id].values()) for customer_id in customer_ids}


def _key(hold: HoldFact) -> _Key:
    return hold.kind, hold.account_id, hold.contact_point_id, hold.channel


def _keep_longest(holds: dict[_Key, HoldFact], hold: HoldFact) -> None:
    """Keep the hold of each kind and scope that ends last; one without an end never does."""
    before = holds.get(_key(hold))
    if before is None or (before.until and (hold.until is None or hold.until > before.until)):
        holds[_key(hold)] = hold


def _placed(
    customer_ids: Collection[int], account_ids: Collection[int], now: datetime
) -> Iterable[tuple[int, HoldFact]]:
    rows = (
        Hold.objects.filter(Q(customer_id__in=customer_ids) | Q(account_id__in=account_ids), released_at__isnull=True)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        .order_by("id")
        .values_list("customer_id", "kind", "account_id", "contact_point_id", "channel", "ends_at")
    )
    for owner_id, kind, account_id, point_id, channel, ends_at in rows:
        yield owner_id, HoldFact(kind, account_id, point_id, channel, ends_at)


def _holds_of_facts(account_ids: Collection[int], table: HoldTable, now: datetime) -> Iterable[HoldFact]:
    promises = Promise.objects.filter(account_id__in=account_ids, state__in=PENDING)
    for account_id, last_day, zone in promises.values_list("account_id", "last_day", "customer__time_zone"):
        yield HoldFact(HoldKind.PROMISE_PENDING, account_id, until=_end_of_day(last_day, zone, now))
    plans = Arrangement.objects.filter(account_id__in=account_ids, state__in=IN_FORCE)
    for account_id in plans.values_list("account_id", flat=True):
        yield HoldFact(HoldKind.AGREEMENT_ACTIVE, account_id)
    wait = timedelta(days=table.rule(HoldKind.PAYMENT_PENDING).days or 0)
    under_way = Entry.objects.filter(
        account_id__in=account_ids, kind="payment", state="in_flight", occurred_at__gt=now - wait
    )
    for account_id, occurred_at in under_way.values_list("account_id", "occurred_at"):
        yield HoldFact(HoldKind.PAYMENT_PENDING, account_id, until=occurred_at + wait)
    elsewhere = Account.objects.filter(id__in=account_ids, placement__in=_HOLD_OF_PLACEMENT)
    for account_id, placement in elsewhere.values_list("id", "placement"):
        yield HoldFact(_HOLD_OF_PLACEMENT[placement], account_id)


def _end_of_day(day: date, zone_name: str, now: datetime) -> datetime | None:
    """Return 24:00 of a day there, or None when it has passed: when posting will be checked is not known."""
    try:
        zone = zone_of(zone_name)
    except UnknownZoneError:
        zone = bank_zone()
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
    return end if end > now else None
