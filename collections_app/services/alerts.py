"""Alerts: raised once however often the cause recurs, cleared by the machine or resolved by a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from collections_app.models import Alert, Branch
from collections_app.selectors import data_age
from collections_app.services import feed, records
from collections_app.services.errors import RefusedError


def raise_alert(*, kind: str, detail: Mapping[str, Any], now: datetime, branch: Branch | None = None) -> None:
    """Open an alert, or note that an open one was seen again. A branch of None means the whole bank.

    ``detail`` carries codes and counts, no personal data. May run inside the caller's transaction or alone.
    """
    same = Alert.objects.filter(kind=kind, branch=branch, resolved_at__isnull=True)
    if same.update(last_seen_at=now, detail=dict(detail)):
        return
    # Two may raise it at once: the constraint keeps the first and drops the other.
    Alert.objects.bulk_create(
        [Alert(kind=kind, branch=branch, detail=dict(detail), raised_at=now, last_seen_at=now)],
        ignore_conflicts=True,
    )
    feed.wake_boards()


def tell_branches(*, kind: str, counts: Mapping[int, int], now: datetime) -> None:
    """Raise an alert for each branch of which there is something, with how many, and clear it for all others."""
    told = Alert.objects.filter(kind=kind, resolved_at__isnull=True).values_list("branch_id", flat=True)
    for branch_id, branch in Branch.objects.in_bulk({*counts, *(pk for pk in told if pk)}).items():
        if number := counts.get(branch_id):
            raise_alert(kind=kind, detail={"count": number}, now=now, branch=branch)
        else:
            clear(kind=kind, now=now, branch=branch)


def clear(*, kind: str, now: datetime, branch: Branch | None = None) -> int:
    """Close the open alert of a kind because its cause is gone; return how many were open."""
    same = Alert.objects.filter(kind=kind, branch=branch, resolved_at__isnull=True)
    if closed := same.update(resolved_at=now):
        feed.wake_boards()
    return closed


def watch_data_age(*, now: datetime) -> bool:
    """Raise the alert of a nightly file that has not arrived, or clear it; return whether the data are fresh."""
    found = data_age.banner(now=now)
    if found.fresh:
        clear(kind="intake_missing", now=now)
    else:
        detail = {"as_of": found.as_of and found.as_of.isoformat(), "oldest": found.oldest.isoformat()}
        raise_alert(kind="intake_missing", detail=detail, now=now)
    return found.fresh


@transaction.atomic(durable=True)
def resolve(*, alert_id: int, actor: records.Actor, now: datetime) -> Alert:
    """Close an alert by hand. Raise RefusedError when it is not open, NotAllowedError when the role may not."""
    records.check_may(actor=actor, action="alert.resolve")
    alert = Alert.objects.select_for_update().filter(id=alert_id, resolved_at__isnull=True).first()
    if alert is None:
        raise RefusedError("no_such_alert")
    alert.resolved_at = now
    alert.resolved_by = actor.staff
    alert.save(update_fields=["resolved_at", "resolved_by"])
    feed.wake_boards()
    return alert
