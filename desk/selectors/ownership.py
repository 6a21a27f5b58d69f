"""What the pages on who works what read beside the loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet, Sum

from collections_app.domain.ownership.moving import OWN_GOALS
from collections_app.domain.ownership.pools import OWN
from collections_app.models import (
    Account,
    AssignmentRule,
    LeaveCover,
    Reassignment,
    ReassignmentLine,
    Staff,
    StaffTie,
    WallAttempt,
)
from collections_app.selectors import records, walls
from collections_app.selectors.ownership import people

LINES = 100
MOST_NOBODYS = 10_000


def nobodys(staff: Staff, *, now: datetime) -> dict[str, int]:
    """Return how many overdue accounts in a person's reach are nobody's, and their amount in fen. One query.

    At ``MOST_NOBODYS`` counting ends: the page costs the same in a branch of a million.
    """
    rows = Account.objects.filter(
        customer__in=records.scoped(staff, now=now).order_by().values("id"),
        owner__isnull=True,
        closed_in_core=False,
        overdue_since__isnull=False,
        placement__in=OWN,
    )
    counted = rows.order_by().values("id", "overdue_fen")[:MOST_NOBODYS]
    found = counted.aggregate(accounts=Count("id"), overdue_fen=Sum("overdue_fen"))
    return {name: value or 0 for name, value in found.items()}


def plans_of(staff: Staff, *, goals: Sequence[str] = OWN_GOALS) -> list[Reassignment]:
    """Return the plans a person made lately, the newest first, with how many lines each has. One query."""
    rows = Reassignment.objects.filter(created_by=staff, goal__in=goals).annotate(number=Count("lines")).order_by("-id")
    return list(rows[:10])


def covers_of(staff: Staff, *, now: datetime) -> QuerySet[LeaveCover]:
    """Return the covers in a person's reach that hold or are to come, the first to begin first."""
    rows = LeaveCover.objects.filter(
        away__in=people.overseen(staff).order_by().values("id"), ended_at__isnull=True, ends_at__gt=now
    )
    return rows.select_related("away", "cover").order_by("begins_at", "id")


def ties(reader: Staff) -> QuerySet[StaffTie]:
    """Return the ties that stand, the newest first; nobody reads of a wall that stands against themself."""
    rows = StaffTie.objects.filter(ended_at__isnull=True).exclude(staff=reader)
    return rows.select_related("staff", "customer", "declared_by").order_by("-id")


def tries(reader: Staff) -> QuerySet[WallAttempt]:
    """Return the tries at walled records, the newest first, without the reader's own."""
    return WallAttempt.objects.exclude(staff=reader).select_related("staff", "customer").order_by("-id")


def rules() -> list[AssignmentRule]:
    """Return the rules in force in their order. One query."""
    rows = AssignmentRule.objects.filter(active=True).select_related("branch", "unit", "team")
    return list(rows.order_by("position", "id"))


@dataclass(frozen=True, slots=True)
class Preview:
    """One page of a plan: its lines, what goes from whom to whom, and how many are skipped and why."""

    plan: Reassignment
    lines: Sequence[ReassignmentLine]
    flows: Sequence[dict[str, object]]
    skipped: Sequence[tuple[str, int]]
    became: dict[str, int]
    total: int
    pages: int


def preview(*, plan: Reassignment, page: int, only: str) -> Preview:
    """Return a page of a plan's lines. Four queries whatever their number."""
    # Whoever reads it is who made it; what has been walled from them since is not there.
    rows = walls.outside_by(ReassignmentLine.objects.filter(plan=plan), plan.created_by, "customer").order_by()
    became = dict(rows.values_list("became").annotate(number=Count("id")))
    flows = (
        rows.filter(skip="")
        .values("from_owner", "to_owner", "to_pool")
        .annotate(number=Count("id"), fen=Sum("account__overdue_fen"))
        .order_by("-number", F("to_owner").asc(nulls_last=True))
    )
    skipped = list(rows.exclude(skip="").values_list("skip").annotate(number=Count("id")).order_by("-number"))
    shown = rows.filter(became=only) if only in became else rows
    number = became.get(only, 0) if only in became else sum(became.values())
    lines = shown.select_related("customer", "account", "from_owner", "to_owner", "rule")
    lines = lines.order_by("-account__overdue_fen", "id")[(page - 1) * LINES : page * LINES]
    names = Staff.objects.in_bulk({each for flow in flows for each in (flow["from_owner"], flow["to_owner"]) if each})
    named = [
        {**flow, "from_owner": names.get(flow["from_owner"] or 0), "to_owner": names.get(flow["to_owner"] or 0)}
        for flow in flows
    ]
    return Preview(plan, list(lines), named, skipped, became, sum(became.values()), -(-number // LINES))
