"""What waits for a second person's decision, and what became of what one has asked for."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from collections_app.domain.approvals import AUTHORITY_FEN, ApprovalState
from collections_app.domain.holds import HoldKind
from collections_app.domain.permits.facts import ApprovalFact
from collections_app.domain.purposes import Purpose
from collections_app.domain.staff import Role
from collections_app.models import Approval, Staff
from collections_app.selectors import records, walls


def visible(staff: Staff, *, now: datetime) -> QuerySet[Approval]:
    """Return the requests a person may see: one's own, and those about no record or one within their scope."""
    within = Q(customer__isnull=True) | records.reaches(staff, now=now)
    rows = walls.outside_by(Approval.objects.filter(Q(asked_by=staff) | within), staff, "customer")
    return rows.select_related("customer__branch", "asked_by", "decided_by")


def within_authority(staff: Staff) -> Q:
    """Return the condition of the requests whose amount a person's role may decide on, and whose matter is not legal's.

    What is legal's alone is said by services/approval_kinds/statutory_contact.
    """
    most = AUTHORITY_FEN.get(staff.role)
    amount = Q() if most is None else Q(amount_fen__isnull=True) | Q(amount_fen__lte=most)
    if staff.role == Role.LEGAL:
        return amount
    legal = Q(payload__purpose=Purpose.LIMITATION.value) | Q(payload__holds__contains=[HoldKind.DECEASED.value])
    return amount & (~Q(kind="statutory_contact") | ~legal)


def waiting(staff: Staff, *, kinds: Collection[str], now: datetime) -> QuerySet[Approval]:
    """Return what waits and a person may decide, the soonest to lapse first; never their own."""
    rows = visible(staff, now=now).filter(within_authority(staff), state=ApprovalState.PENDING, kind__in=kinds)
    rows = rows.exclude(asked_by=staff)
    return rows.order_by("expires_at", "id")


def waiting_number(staff: Staff, *, kinds: Collection[str], now: datetime) -> int:
    """Return how many requests wait for a person's decision."""
    if not kinds:
        return 0
    rows = Approval.objects.filter(within_authority(staff), state=ApprovalState.PENDING, kind__in=kinds)
    rows = rows.exclude(asked_by=staff)
    return rows.filter(Q(customer__isnull=True) | records.reaches(staff, now=now)).count()


def asked(staff: Staff) -> QuerySet[Approval]:
    """Return what a person has asked for, the newest first."""
    rows = walls.outside_by(Approval.objects.filter(asked_by=staff), staff, "customer")
    rows = rows.select_related("customer__branch", "asked_by", "decided_by")
    return rows.order_by("-id")


def decided(staff: Staff, *, kinds: Collection[str], now: datetime) -> QuerySet[Approval]:
    """Return what has been decided of the kinds a person may decide, the newest first."""
    rows = visible(staff, now=now).filter(kind__in=kinds).exclude(state=ApprovalState.PENDING)
    return rows.order_by("-decided_at", "-id")


def unread(staff: Staff) -> QuerySet[Approval]:
    """Return a person's own requests that have been answered, or have lapsed, and they have not read since."""
    rows = Approval.objects.filter(asked_by=staff, answer_read_at__isnull=True, decided_at__isnull=False)
    return rows.exclude(state=ApprovalState.WITHDRAWN)


def of_record(*, customer_id: int) -> QuerySet[Approval]:
    """Return what waits for a decision about a record, and what has been approved and not been used yet."""
    open_ones = Q(state=ApprovalState.PENDING) | Q(
        state=ApprovalState.APPROVED, kind="statutory_contact", used_at__isnull=True
    )
    return Approval.objects.filter(open_ones, customer_id=customer_id).select_related("asked_by").order_by("id")


def usable(*, customer_ids: Collection[int], now: datetime, own: Collection[int] = ()) -> dict[int, list[ApprovalFact]]:
    """Return by customer the approvals of a contact that have neither been used nor lapsed, the oldest first.

    ``own`` are used already, each by the very contact that is looked at once more.
    """
    rows = Approval.objects.filter(
        Q(used_at__isnull=True) | Q(id__in=own),
        customer_id__in=customer_ids,
        kind="statutory_contact",
        state=ApprovalState.APPROVED,
        expires_at__gt=now,
    )
    found: dict[int, list[ApprovalFact]] = defaultdict(list)
    for row in rows.order_by("id"):
        assert row.customer_id is not None
        found[row.customer_id].append(
            ApprovalFact(
                id=row.id,
                channel=row.payload["channel"],
                purpose=row.payload["purpose"],
                until=row.expires_at,
                hold_kinds=frozenset(row.payload["holds"]),
                contact_point_id=row.payload["contact_point"],
                account_ids=frozenset({row.account_id} if row.account_id else ()),
            )
        )
    return found
