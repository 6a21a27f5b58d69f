"""The newest words customers were told of each account, and the flags that are open on them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Case, F, Value, When, Window
from django.db.models.functions import Rank

from collections_app.domain.told.standing import Statement
from collections_app.models import Customer, Told, ToldFlag

Key = tuple[int, int]
"""Whom and what of: customer and account. One account may be spoken of to each of its parties."""


def there_are(customer_ids: Collection[int]) -> tuple[bool, bool]:
    """Return whether these customers were told anything, and whether a flag is open on it: most have neither.

    One query, which is a tenth of the work of the two that it spares.
    """
    with connection.cursor() as cursor:
        cursor.execute(_THERE_ARE, {"customers": list(customer_ids)})
        told, flagged = cursor.fetchone()
    return told, flagged


_THERE_ARE = f"""
    SELECT EXISTS (SELECT FROM {Told._meta.db_table} WHERE customer_id = ANY(%(customers)s)),
      EXISTS (SELECT FROM {ToldFlag._meta.db_table} WHERE customer_id = ANY(%(customers)s) AND ended_at IS NULL)
"""  # noqa: S608  names of our own tables


def newest_of(customers: Collection[Customer]) -> dict[Key, list[Statement]]:
    """Return the newest words by mouth and in writing of each account; what never arrived is not among them.

    One query.
    """
    zones: Mapping[int, ZoneInfo] = {customer.pk: ZoneInfo(customer.time_zone) for customer in customers}
    spoken = Case(When(medium="spoken", then=Value(1)), default=Value(0))
    newest = Window(Rank(), partition_by=[F("customer_id"), F("account_id"), spoken], order_by=F("at").desc())
    rows = Told.objects.filter(customer_id__in=zones, unheard__isnull=True).annotate(place=newest).filter(place=1)
    found: dict[Key, list[Statement]] = defaultdict(list)
    for row in rows:
        found[row.customer_id, row.account_id].append(statement(row, zones[row.customer_id]))
    return found


def statement(row: Told, zone: ZoneInfo) -> Statement:
    """Return a row of what was told as the domain judges it."""
    return Statement(
        id=row.pk,
        account_id=row.account_id,
        medium=row.medium,
        name=row.amount_name,
        fen=row.amount_fen,
        pay_by=row.pay_by,
        valid_until=row.valid_until,
        at=row.at,
        told_on=row.at.astimezone(zone).date(),
    )


def open_flags(customer_ids: Collection[int]) -> dict[Key, ToldFlag]:
    """Return the open flags of records, in one query."""
    rows = ToldFlag.objects.filter(customer_id__in=customer_ids, ended_at__isnull=True)
    return {(row.customer_id, row.account_id): row for row in rows}
