"""Holds that do not lapse: after their days a person looks at them again, and they stay until then."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from collections_app.models import HandOff, Hold
from collections_app.selectors import codes
from collections_app.services import derivation, handoffs, records

KIND = "hold_review"


def open_due(*, now: datetime, limit: int = 500) -> int:
    """Open the review of every hold whose days are over, one a record, and return how many. Safe to repeat.

    A hold that was let go on comes up again after as many days; one that has an end of its own is left to it.
    """
    done = 0
    for kind, rule in codes.seen().holds.items():
        if not rule.review or not rule.days:
            continue
        since = now - timedelta(days=rule.days)
        looked = HandOff.objects.filter(kind=KIND, opened_at__gt=since).values("customer_id")
        due = Hold.objects.filter(kind=kind, released_at__isnull=True, ends_at__isnull=True, placed_at__lte=since)
        rows = due.exclude(customer_id__in=looked).order_by("customer_id").values_list("customer_id", flat=True)
        done += sum(_open(customer_id, kind, since, now) for customer_id in list(rows.distinct()[:limit]))
    return done


@transaction.atomic(durable=True)
def _open(customer_id: int, kind: str, since: datetime, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    held = Hold.objects.filter(customer=customer, kind=kind, released_at__isnull=True, ends_at__isnull=True)
    if not held.exists() or HandOff.objects.filter(customer=customer, kind=KIND, opened_at__gt=since).exists():
        return False
    said = gettext("%(hold)s: release it, or let it go on.") % {"hold": codes.name_of("holds", kind)}
    handoffs.open_within(customer=customer, kind=KIND, actor=records.SYSTEM, now=now, text=said)
    derivation.derive(customer=customer, now=now)
    return True
