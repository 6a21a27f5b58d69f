"""Hand-offs climb before they are overdue, by the steps of the list ``escalation_steps``.

The next step stands in the row (``escalate_at``): a sweep that is lost, repeated or run twice at once changes nothing,
and each step is taken once, one at a time, however late the sweep is.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from collections_app.domain.handoffs import RUNNING, HandOffState
from collections_app.domain.staff import Role
from collections_app.models import Alert, Branch, Customer, HandOff, Staff
from collections_app.selectors import codes
from collections_app.services import alerts, feed, records, sweeps
from collections_app.services.handing import clocks

ALERT = "handoff_late"


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Let every hand-off climb whose time has come, and return how many did; tell the branches how many there are."""
    ready = HandOff.objects.filter(escalate_at__lte=now).order_by("escalate_at", "id")
    try:
        rows = list(ready.values_list("id", "customer_id"))
        return sweeps.each(rows, lambda row: _climb(*row, now), limit=limit)
    finally:
        _tell_branches(now)


@transaction.atomic(durable=True)
def _climb(handoff_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    handoff = HandOff.objects.filter(id=handoff_id, escalate_at__lte=now, state__in=RUNNING).first()
    if handoff is None:
        return False
    steps = codes.seen().escalation
    if handoff.level >= len(steps):
        # The step it waited for has been taken out of use since.
        handoff.escalate_at = None
        handoff.save(update_fields=["escalate_at"])
        return False
    told = next(_asked(customer, handoff, steps[handoff.level].role), None)
    handoff.level += 1
    handoff.escalated_to = told or handoff.escalated_to
    if handoff.due_at <= now and handoff.breached_at is None:
        handoff.breached_at = now
    clocks.climb_from(customer=customer, handoff=handoff, now=now)
    handoff.save(update_fields=["level", "escalated_to", "breached_at", "escalate_at"])
    records.append(
        customer=customer,
        kind="handoff.escalated",
        actor=records.SYSTEM,
        now=now,
        account_id=handoff.account_id,
        payload={
            "handoff": handoff.id,
            "kind": handoff.kind,
            "level": handoff.level,
            "told": told.id if told else None,
            "breached": handoff.breached_at is not None,
        },
    )
    feed.wake_inboxes()
    return True


def _asked(customer: Customer, handoff: HandOff, role: str) -> Iterator[Staff]:
    """Return who is told, the nearest first; whoever is recused from the record is passed over.

    What was returned waits for its sender, so it is their supervisor who is told.
    """
    people = Staff.objects.filter(is_active=True).exclude(id__in=customer.recused_staff).order_by("id")
    if role != Role.SUPERVISOR:
        of_role = people.filter(role=role)
        yield from of_role.filter(branch=customer.branch)
        yield from of_role.filter(scope="institution")
        return
    returned = handoff.state == HandOffState.RETURNED
    department = handoff.from_department if returned else handoff.to_department
    supervisors = people.filter(role=role, department=department)
    yield from supervisors.filter(branch=customer.branch)
    yield from supervisors
    yield from people.filter(role=Role.BRANCH_MANAGER, branch=customer.branch)


def late() -> QuerySet[HandOff]:
    """Return the hand-offs that have climbed and are open still."""
    return HandOff.objects.filter(level__gt=0, closed_at__isnull=True)


def _tell_branches(now: datetime) -> None:
    """Raise, renew or clear the alert of each branch, by what is so now."""
    over = Count("id", filter=Q(due_at__lte=now))
    counts = late().values("customer__branch").annotate(climbed=Count("id"), over=over)
    found = {row["customer__branch"]: row for row in counts}
    for branch in Branch.objects.filter(id__in=found).order_by("id"):
        row = found[branch.id]
        detail = {"climbed": row["climbed"], "overdue": row["over"]}
        alerts.raise_alert(kind=ALERT, detail=detail, now=now, branch=branch)
    ended = Alert.objects.filter(kind=ALERT, resolved_at__isnull=True).exclude(branch_id__in=found)
    for alert in ended.select_related("branch"):
        alerts.clear(kind=ALERT, now=now, branch=alert.branch)
