"""What waits for a second person's decision, and what became of what one has asked for."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from collections_app.domain.approvals import ApprovalState
from collections_app.models import Approval, Staff
from collections_app.selectors import records

MOST = 200


def visible(staff: Staff) -> QuerySet[Approval]:
    """Return the requests a person may see: one's own, and those about no record or one within their scope."""
    within = Q(customer__isnull=True) | Q(customer__in=records.scoped(staff))
    rows = Approval.objects.filter(Q(asked_by=staff) | within)
    return rows.select_related("customer__branch", "asked_by", "decided_by")


def waiting(staff: Staff, *, kinds: Collection[str]) -> QuerySet[Approval]:
    """Return what waits and a person may decide, the soonest to lapse first; never their own."""
    rows = visible(staff).filter(state=ApprovalState.PENDING, kind__in=kinds).exclude(asked_by=staff)
    return rows.order_by("expires_at", "id")[:MOST]


def waiting_number(staff: Staff, *, kinds: Collection[str]) -> int:
    """Return how many requests wait for a person's decision."""
    if not kinds:
        return 0
    rows = Approval.objects.filter(state=ApprovalState.PENDING, kind__in=kinds).exclude(asked_by=staff)
    return rows.filter(Q(customer__isnull=True) | Q(customer__in=records.scoped(staff))).count()


def asked(staff: Staff) -> QuerySet[Approval]:
    """Return what a person has asked for, the newest first."""
    rows = Approval.objects.filter(asked_by=staff).select_related("customer__branch", "asked_by", "decided_by")
    return rows.order_by("-id")[:50]


def decided(staff: Staff, *, kinds: Collection[str]) -> QuerySet[Approval]:
    """Return what has been decided of the kinds a person may decide, the newest first."""
    rows = visible(staff).filter(kind__in=kinds).exclude(state=ApprovalState.PENDING)
    return rows.order_by("-decided_at", "-id")[:50]
