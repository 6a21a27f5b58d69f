"""What was paid on accounts lately, as a customer reads it: each fen once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from collections_app.domain.entries import UNIDENTIFIED
from collections_app.models import Account, Entry, Transaction

# Beside the state of an entry: booked by the core, which said no more of it.
BOOKED = "booked"


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment: its day at the customer's place, fen (negative: it bounced), its way, and how it stands.

    ``reference`` is empty for what only the core's file told of.
    """

    on: date
    fen: int
    channel: str
    state: str
    reference: str = ""


def of_accounts(*, accounts: Collection[Account], since: date, zone: ZoneInfo) -> dict[int, list[Paid]]:
    """Return the payments of accounts since a day, the newest first. Two queries.

    From the day OneCase first saw an account its own ledger tells: payments and bounces, and the money recognised in
    the core's files. What is held because another sum arrived than was sent is no payment yet. Before that day the
    core's own transactions do. So no fen stands here twice.
    """
    first_seen = {account.pk: account.created_at.astimezone(zone).date() for account in accounts}
    found: dict[int, list[Paid]] = defaultdict(list)
    rows = Entry.objects.filter(account_id__in=first_seen).exclude(state__in=["failed", UNIDENTIFIED])
    for entry in rows.filter(~Q(kind="adjustment") | Q(money_fen__gt=0)):
        line = _of_entry(entry, zone)
        if line.on >= since:
            found[entry.account_id].append(line)
    paid = Transaction.objects.filter(account_id__in=first_seen, kind="payment", on__gte=since)
    for row in paid:
        if row.on < first_seen[row.account_id]:
            found[row.account_id].append(Paid(row.on, row.amount_fen, row.channel, BOOKED))
    return {key: sorted(lines, key=lambda line: (line.on, line.fen), reverse=True) for key, lines in found.items()}


def _of_entry(entry: Entry, zone: ZoneInfo) -> Paid:
    if entry.kind == "adjustment":
        return Paid(entry.latest_on or _day(entry.recorded_at, zone), entry.money_fen, "", BOOKED)
    fen = -entry.amount_fen if entry.kind == "reversal" else entry.amount_fen
    return Paid(_day(entry.occurred_at, zone), fen, entry.channel, entry.state, entry.reference)


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()
