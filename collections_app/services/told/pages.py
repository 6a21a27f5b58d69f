"""Remembering what a customer read on their own page."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.told.sayings import Saying
from collections_app.models import Customer, Told
from collections_app.selectors.told import pages as selectors
from collections_app.services import records
from collections_app.services.told import flags


def remember_page(*, customer: Customer, sayings: Collection[Saying], version: int, now: datetime) -> None:
    """Remember what a proven customer's page said at a version of the record.

    Once per content and day: a page read again adds nothing unless it says something else, a message was sent
    since, or another day has begun where the customer lives. No event and no new version: nothing has changed
    but what the customer knows.
    """
    if sayings and not _is_known(customer, sayings, now):
        _write(customer_id=customer.pk, sayings=sayings, version=version, now=now)


@transaction.atomic(durable=True)
def _write(*, customer_id: int, sayings: Collection[Saying], version: int, now: datetime) -> None:
    customer = records.lock(customer_id=customer_id, now=now)
    if _is_known(customer, sayings, now):
        return  # two pages were opened at once
    Told.objects.bulk_create(
        Told(
            customer=customer,
            account_id=item.account_id,
            medium="page",
            amount_name=item.name,
            amount_fen=item.fen,
            pay_by=item.pay_by,
            valid_until=item.valid_until,
            version=version,
            at=now,
        )
        for item in sayings
    )
    flags.settle_within([customer], now=now)


def _is_known(customer: Customer, sayings: Collection[Saying], now: datetime) -> bool:
    last = selectors.last_in_writing(customer_id=customer.pk)
    if last is None:
        return False
    row, said = last
    zone = ZoneInfo(customer.time_zone)
    same_day = row.at.astimezone(zone).date() == now.astimezone(zone).date()
    return row.medium == "page" and same_day and said == frozenset(sayings)
