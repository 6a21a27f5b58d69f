"""Why nothing can be promised on an account now, for whoever takes a promise and every screen that offers one."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.holds import HoldKind
from collections_app.domain.promises import PENDING
from collections_app.models import Account, Arrangement, Hold, Promise

# Nobody promises to this bank what it may not take: of the dead, of what was assigned, of who is bankrupt.
_NO_PROMISE = (HoldKind.DECEASED, HoldKind.ASSIGNED, HoldKind.BANKRUPTCY)


def obstacles(*, accounts: Sequence[Account], now: datetime, replaced: frozenset[int] = frozenset()) -> dict[int, str]:
    """Return by account the code of what stands in the way of a promise; those that are free are not there.

    ``replaced`` are pending promises that the new one would take the place of. Three queries, however many accounts.
    """
    ids = [account.pk for account in accounts]
    pending = Promise.objects.filter(account_id__in=ids, state__in=PENDING).exclude(id__in=replaced)
    promised = set(pending.values_list("account_id", flat=True))
    plans = Arrangement.objects.filter(account_id__in=ids, state__in=IN_FORCE)
    planned = set(plans.values_list("account_id", flat=True))
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        Q(account_id__in=ids) | Q(account__isnull=True),
        customer_id__in={account.customer_id for account in accounts},
        kind__in=_NO_PROMISE,
        released_at__isnull=True,
    )
    held = set(rows.values_list("customer_id", "account_id"))
    found = {}
    for account in accounts:
        if account.pk in promised:
            found[account.pk] = "promise_already_pending"
        elif account.pk in planned:
            found[account.pk] = "plan_in_force"
        elif account.overdue_fen <= 0:
            found[account.pk] = "nothing_overdue"
        elif held & {(account.customer_id, account.pk), (account.customer_id, None)}:
            found[account.pk] = "no_promise_under_hold"
    return found
