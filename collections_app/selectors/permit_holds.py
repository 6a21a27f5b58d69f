"""The holds in force on many records: those placed, and those that facts amount to by themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Min, Q
from django.db.models.functions import Coalesce

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.entries import UNDER_WAY, UNIDENTIFIED
from collections_app.domain.holds import HoldKind, HoldTable
from collections_app.domain.permits.facts import HoldFact
from collections_app.domain.promises import PENDING
from collections_app.domain.quiet_hours import UnknownZoneError, zone_of
from collections_app.models import Account, Arrangement, Entry, Hold, Promise
from collections_app.selectors import working_days
from collections_app.selectors.zones import bank_zone

# The accounts of a record or two.
_FEW = 8
_HOLD_OF_PLACEMENT = {"placed": HoldKind.PLACED, "assigned": HoldKind.ASSIGNED}

# A promise and an agreement know their own end better than the hold that came with them.
_SOURCED = frozenset({HoldKind.PROMISE_PENDING, HoldKind.AGREEMENT_ACTIVE})

_Key = tuple[str, int | None, int | None, str, str]


def holds_in_force(
    *, customer_ids: Collection[int], holders: Mapping[int, Sequence[int]], table: HoldTable, now: datetime
) -> dict[int, list[HoldFact]]:
    """Return the holds in force on each record, in one to seven queries.

    ``holders`` names the customers that owe or stand for each account: what holds an account holds it for
    all of them. A promise, an agreement, a payment on its way and a placement stop collection even if nobody
    placed a hold for them.
    """
    found: dict[int, dict[_Key, HoldFact]] = defaultdict(dict)
    there = _there_are(list(holders), customer_ids)
    for hold in _holds_of_facts(list(holders), there, table, now):
        for customer_id in holders.get(hold.account_id or 0, ()):
            _keep_longest(found[customer_id], hold)
    for owner_id, hold in _placed(customer_ids, list(holders), now) if there.placed else ():
        for customer_id in holders.get(hold.account_id or 0, (owner_id,)):
            if hold.kind in _SOURCED:
                found[customer_id].setdefault(_key(hold), hold)
            else:
                _keep_longest(found[customer_id], hold)
    for customer_id, hold in _risks(holders, now) if there.risks else ():
        _keep_longest(found[customer_id], hold)
    return {customer_id: list(found[customer_id].values()) for customer_id in customer_ids}


def _risks(holders: Mapping[int, Sequence[int]], now: datetime) -> Iterable[tuple[int, HoldFact]]:
    """Risk to the life of whoever owes an account: nobody else is asked for that account either."""
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        kind=HoldKind.RISK_TO_LIFE,
        released_at__isnull=True,
        customer__accounts__in=list(holders),
    ).values_list("customer_id", "customer__accounts", "ends_at")
    for owner_id, account_id, ends_at in rows:
        for customer_id in holders.get(account_id, ()):
            if customer_id != owner_id:
                yield customer_id, HoldFact(HoldKind.RISK_TO_LIFE, account_id, until=ends_at)


def _key(hold: HoldFact) -> _Key:
    return hold.kind, hold.account_id, hold.contact_point_id, hold.channel, hold.message_class


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
        .values_list("customer_id", "kind", "account_id", "contact_point_id", "channel", "ends_at", "message_class")
    )
    for owner_id, kind, account_id, point_id, channel, ends_at, message_class in rows:
        yield owner_id, HoldFact(kind, account_id, point_id, channel, ends_at, message_class=message_class)


def _holds_of_facts(
    account_ids: Collection[int], there: "_There", table: HoldTable, now: datetime
) -> Iterable[HoldFact]:
    # A promise holds until the next of its parts has been judged: nobody knows yet whether the others will stand.
    if there.promised:
        promises = Promise.objects.filter(account_id__in=account_ids, state__in=PENDING).annotate(
            day=Coalesce(Min("parts__due_on", filter=Q(parts__judged_at__isnull=True)), "last_day")
        )
        for account_id, day, zone in promises.values_list("account_id", "day", "customer__time_zone"):
            yield HoldFact(HoldKind.PROMISE_PENDING, account_id, until=_end_of_day(day, zone, now))
    if there.planned:
        plans = Arrangement.objects.filter(account_id__in=account_ids, state__in=IN_FORCE)
        for account_id in plans.values_list("account_id", flat=True):
            yield HoldFact(HoldKind.AGREEMENT_ACTIVE, account_id)
    if there.paid:
        yield from _under_way(account_ids, table, now)
    if there.elsewhere:
        placed = Account.objects.filter(id__in=account_ids, placement__in=_HOLD_OF_PLACEMENT)
        for account_id, placement in placed.values_list("id", "placement"):
            yield HoldFact(_HOLD_OF_PLACEMENT[placement], account_id)


class _There(NamedTuple):
    """What may hold there is at all: promises, plans, payments on their way, placements, holds, risks to life."""

    promised: bool = True
    planned: bool = True
    paid: bool = True
    elsewhere: bool = True
    placed: bool = True
    risks: bool = True


def _there_are(account_ids: Collection[int], customer_ids: Collection[int]) -> _There:
    """Return what there is of these records and accounts: of one record mostly nothing.

    Of many records there will be something of each, and nothing is saved by asking.
    """
    if len(account_ids) > _FEW:
        return _There()
    asked: dict[str, Any] = {
        "accounts": list(account_ids),
        "customers": list(customer_ids),
        "pending": [state.value for state in PENDING],
        "in_force": [state.value for state in IN_FORCE],
        "elsewhere": list(_HOLD_OF_PLACEMENT),
        "risk": HoldKind.RISK_TO_LIFE.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_THERE_ARE, asked)
        return _There(*cursor.fetchone())


_THERE_ARE = f"""
    SELECT
      EXISTS (SELECT FROM {Promise._meta.db_table} WHERE account_id = ANY(%(accounts)s) AND state = ANY(%(pending)s)),
      EXISTS (SELECT FROM {Arrangement._meta.db_table}
              WHERE account_id = ANY(%(accounts)s) AND state = ANY(%(in_force)s)),
      EXISTS (SELECT FROM {Entry._meta.db_table}
              WHERE account_id = ANY(%(accounts)s) AND kind = 'payment' AND state IN ('in_flight', 'unidentified')),
      EXISTS (SELECT FROM {Account._meta.db_table} WHERE id = ANY(%(accounts)s) AND placement = ANY(%(elsewhere)s)),
      EXISTS (SELECT FROM {Hold._meta.db_table} WHERE customer_id = ANY(%(customers)s) AND released_at IS NULL)
      OR EXISTS (SELECT FROM {Hold._meta.db_table} WHERE account_id = ANY(%(accounts)s) AND released_at IS NULL),
      EXISTS (SELECT FROM {Account._meta.db_table} AS account
              JOIN {Hold._meta.db_table} AS hold ON hold.customer_id = account.customer_id
              WHERE account.id = ANY(%(accounts)s) AND hold.kind = %(risk)s AND hold.released_at IS NULL)
"""  # noqa: S608  names of our own tables


def _under_way(account_ids: Collection[int], table: HoldTable, now: datetime) -> Iterable[HoldFact]:
    """Payments on their way: for so many working days, and where the calendar is unknown until they arrive or fail.

    Money that is held, because another sum arrived than was sent, holds until it is identified or sent back.
    """
    found = list(
        Entry.objects.filter(account_id__in=account_ids, kind="payment", state__in=sorted(UNDER_WAY))
        .order_by("occurred_at")
        .values_list("account_id", "occurred_at", "customer__country", "customer__time_zone", "state")
    )
    for account_id in {row[0] for row in found if row[4] == UNIDENTIFIED}:
        yield HoldFact(HoldKind.PAYMENT_PENDING, account_id)
    rows = [row[:4] for row in found if row[4] != UNIDENTIFIED]
    if not rows:
        return
    calendars = working_days.calendars_for(countries={row[2] for row in rows}, since=rows[0][1].date())
    count = table.rule(HoldKind.PAYMENT_PENDING).working_days or 0
    for account_id, occurred_at, country, zone in rows:
        until = working_days.end_of(
            calendar=calendars[country], start=occurred_at, count=count, zone=_zone_or_bank(zone)
        )
        if until is None or until > now:
            yield HoldFact(HoldKind.PAYMENT_PENDING, account_id, until=until)


def _zone_or_bank(zone_name: str) -> ZoneInfo:
    try:
        return zone_of(zone_name)
    except UnknownZoneError:
        return bank_zone()


def _end_of_day(day: date, zone_name: str, now: datetime) -> datetime | None:
    """Return 24:00 of a day there, or None when it has passed: when posting will be checked is not known."""
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=_zone_or_bank(zone_name)).astimezone(UTC)
    return end if end > now else None
