"""What there is at all of the records that permits are asked for, so that nothing is asked for that is not there."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from collections_app.models import Account, AccountParty, Conversation, HandOff, Incident

# So few records that asking what there is of them spares more than it costs.
_FEW = 8


class Presence(NamedTuple):
    """What there is at all: accounts of others that they stand for, incidents, calls on the line, callbacks."""

    shared: bool = True
    incidents: bool = True
    lines: bool = True
    callbacks: bool = True


def of_records(*, customer_ids: Collection[int], callback_kinds: Collection[str], now: datetime) -> Presence:
    """Return what there is of these records: of one record mostly nothing. One query, which spares four.

    Of many records there will be something of each, and nothing is saved by asking.
    """
    if len(customer_ids) > _FEW:
        return Presence()
    with connection.cursor() as cursor:
        cursor.execute(_THERE_ARE, {"customers": list(customer_ids), "kinds": list(callback_kinds), "now": now})
        return Presence(*cursor.fetchone())


_THERE_ARE = f"""
    SELECT
      EXISTS (SELECT FROM {AccountParty._meta.db_table} AS party
              JOIN {Account._meta.db_table} AS account ON account.id = party.account_id
              WHERE party.customer_id = ANY(%(customers)s) AND account.customer_id <> party.customer_id),
      EXISTS (SELECT FROM {Incident._meta.db_table}
              WHERE ended_at IS NULL AND (ends_at IS NULL OR ends_at > %(now)s)),
      EXISTS (SELECT FROM {Conversation._meta.db_table} WHERE customer_id = ANY(%(customers)s) AND ended_at IS NULL),
      EXISTS (SELECT FROM {HandOff._meta.db_table} WHERE customer_id = ANY(%(customers)s)
              AND kind = ANY(%(kinds)s) AND closed_at IS NULL AND due_at > %(now)s)
"""  # noqa: S608  names of our own tables
