"""When customers were last on their own page: who is reading there is not pressed by a text meanwhile."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import Max

from collections_app.models import AccessSession
from notifications.domain.kinds import Kind

# A customer who was just there has read what is owed, and may be paying.
UNDISTURBED = timedelta(hours=2)
# What speaks of an amount that is overdue, or of a promise that was not kept.
PRESSING = frozenset({Kind.OVERDUE_GENTLE, Kind.FORMAL_DEMAND, Kind.PROMISE_BROKEN})


def undisturbed_until(customer_ids: Collection[int], *, now: datetime) -> Mapping[int, datetime]:
    """Return until when those of the customers who were just on their page are left in peace. One query, or none."""
    if not customer_ids:
        return {}
    rows = AccessSession.objects.filter(customer_id__in=customer_ids, last_used_at__gt=now - UNDISTURBED)
    last = rows.order_by().values_list("customer_id").annotate(last=Max("last_used_at"))
    return {customer_id: at + UNDISTURBED for customer_id, at in last}
