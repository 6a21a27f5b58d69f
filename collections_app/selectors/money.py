"""Money seen on accounts, own and the core's: what promises, plans and claims are judged by."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from collections_app.domain.money_seen import CoreMoney, MoneySeen, OwnMoney
from collections_app.models import Entry


def seen_on(*, account_ids: Collection[int]) -> dict[int, MoneySeen]:
    """Return the money seen on each account, in one query. What bounced or was given back is not in it."""
    rows = list(
        Entry.objects.filter(
            ~Q(kind="adjustment") | ~Q(money_fen=0), account_id__in=account_ids, state__in=["received", "posted"]
        ).order_by("recorded_at", "id")
    )
    bounced = {row.reference for row in rows if row.kind == "reversal"}
    given_back: dict[str, int] = defaultdict(int)
    for row in rows:
        given_back[row.of_reference] += row.amount_fen if row.of_reference else 0
    own: dict[int, list[OwnMoney]] = defaultdict(list)
    core: dict[int, list[CoreMoney]] = defaultdict(list)
    for row in rows:
        if row.kind == "payment" and row.reference not in bounced:
            if left_fen := row.amount_fen - given_back[row.reference]:
                own[row.account_id].append(OwnMoney(row.occurred_at, left_fen, row.state == "posted"))
        elif row.kind == "adjustment" and row.earliest_on and row.latest_on:
            core[row.account_id].append(CoreMoney(row.earliest_on, row.latest_on, row.recorded_at, row.money_fen))
    return {account_id: MoneySeen(own[account_id], core[account_id]) for account_id in account_ids}


def seen(*, account_id: int) -> MoneySeen:
    """Return the money seen on one account."""
    return seen_on(account_ids=[account_id])[account_id]


def beside_core(*, account_ids: Collection[int]) -> dict[int, int]:
    """Return the fen of own money on each account that no file of the core's contains yet, less what bounced.

    One query. The core's schedules know nothing of it: it fills their open instalments in their order.
    """
    found: dict[int, int] = defaultdict(int)
    rows = Entry.objects.filter(account_id__in=account_ids, state="received", kind__in=["payment", "reversal"])
    for account_id, kind, fen in rows.values_list("account_id", "kind", "amount_fen"):
        found[account_id] += fen if kind == "payment" else -fen
    return {account_id: max(found[account_id], 0) for account_id in account_ids}
