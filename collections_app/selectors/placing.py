"""What stops an account from being placed with an agency: asked for one, and for two thousand, in the same words."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from collections_app.domain.holds import Effect
from collections_app.domain.ownership.moving import Skip
from collections_app.domain.ownership.placements import KEEPS_PLACEMENT, NOTICE_LASTS
from collections_app.domain.ownership.pools import OWN, Pool
from collections_app.models import Account, Conversation, Hold, MachineClient, Recusal
from collections_app.selectors import codes, lines


def calls_back(kind: str) -> bool:
    """Return whether a hold of this kind takes an account from its agency, and keeps it from being given to one."""
    rule = codes.seen().holds.rule(kind)
    return rule.collect is not Effect.PASS and rule.scope in {"customer", "account"} and kind not in KEEPS_PLACEMENT


def stops(
    *, accounts: Sequence[Account], client: MachineClient, until_on: date | None, now: datetime
) -> dict[int, tuple[Skip, str]]:
    """Return by account what stops it from being placed, with the kind of the hold if it is one.

    What can be placed is not there. The accounts carry their customers. Three queries however many there are.
    """
    customers = {account.customer_id for account in accounts}
    recusals = Recusal.objects.filter(customer__in=customers, agency=client, ended_at__isnull=True)
    recused = set(recusals.values_list("customer_id", flat=True))
    talking = set(Conversation.objects.filter(lines.OPEN, customer__in=customers).values_list("customer_id", flat=True))
    held = _holds(customers, now)
    found: dict[int, tuple[Skip, str]] = {}
    for account in accounts:
        hold = held[account.customer_id, account.pk] or held[account.customer_id, None]
        if account.customer_id in recused:
            found[account.pk] = (Skip.RECUSED, "")
        elif of_itself := _of_itself(account, until_on, now):
            found[account.pk] = (of_itself, "")
        elif account.customer_id in talking:
            found[account.pk] = (Skip.ON_THE_LINE, "")
        elif hold:
            found[account.pk] = (Skip.HELD, hold)
    return found


def _of_itself(account: Account, until_on: date | None, now: datetime) -> Skip | None:
    if account.closed_in_core:
        return Skip.CLOSED
    if account.placement == Pool.PLACED:
        return Skip.PLACED
    if account.placement not in OWN:
        return Skip.NOT_OURS
    if account.outsource_notice_at is None or account.outsource_notice_at < now - NOTICE_LASTS:
        return Skip.NOT_TOLD
    if until_on is not None and until_on <= now.astimezone(ZoneInfo(account.customer.time_zone)).date():
        return Skip.DAY_OVER
    return None


def _holds(customer_ids: set[int], now: datetime) -> dict[tuple[int, int | None], str]:
    """Return the first hold that stops a placement, by record and account (None: all of the record)."""
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), customer__in=customer_ids, released_at=None
    )
    found: dict[tuple[int, int | None], str] = defaultdict(str)
    for customer_id, account_id, kind in rows.order_by("id").values_list("customer_id", "account_id", "kind"):
        if not found[customer_id, account_id] and calls_back(kind):
            found[customer_id, account_id] = kind
    return found
