"""Holds that do not lapse: after their days a person looks at them again, and they stay until then."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from collections_app.models import HandOff, Hold
from collections_app.selectors import codes
from collections_app.services import derivation, handoffs, records, sweeps

KIND = "hold_review"


def open_due(*, now: datetime, limit: int = 500) -> int:
    """Open the review of every hold whose days are over, one a record, and return how many. Safe to repeat.

    A hold that was let go on comes up again after as many days, unless somebody is still at it; one that has an end of
    its own is left to it. A record that fails does not keep the others back: raise ExceptionGroup after them.
    """
    done, failed = 0, list[Exception]()
    for kind, rule in codes.seen().holds.items():
        if not rule.review or not rule.days:
            continue
        since = now - timedelta(days=rule.days)
        looked = _looked_at(since).values("customer_id")
        due = Hold.objects.filter(kind=kind, released_at__isnull=True, ends_at__isnull=True, placed_at__lte=since)
        rows = due.exclude(customer_id__in=looked).order_by("customer_id").values_list("customer_id", flat=True)
        try:
            done += sweeps.each(list(rows.distinct()), partial(_open, kind=kind, since=since, now=now), limit=limit)
        except ExceptionGroup as group:
            failed.append(group)
    if failed:
        raise ExceptionGroup("reviews of holds that could not be opened", failed)
    return done


def _looked_at(since: datetime) -> QuerySet[HandOff]:
    """Reviews that are as young as that, or still open."""
    return HandOff.objects.filter(Q(opened_at__gt=since) | Q(closed_at__isnull=True), kind=KIND)


@transaction.atomic(durable=True)
def _open(customer_id: int, *, kind: str, since: datetime, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    held = Hold.objects.filter(customer=customer, kind=kind, released_at__isnull=True, ends_at__isnull=True)
    if not held.exists() or _looked_at(since).filter(customer=customer).exists():
        return False
    said = gettext("%(hold)s: release it, or let it go on.") % {"hold": codes.name_of("holds", kind)}
    handoffs.open_within(customer=customer, kind=KIND, actor=records.SYSTEM, now=now, text=said)
    derivation.derive(customer=customer, now=now)
    return True
