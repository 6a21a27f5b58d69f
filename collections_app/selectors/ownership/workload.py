"""Workload per head: accounts, amount, promises due, hand-offs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Sum

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.promises import PENDING
from collections_app.models import Account, HandOff, PromisePart, Staff
from collections_app.selectors import covers


@dataclass(slots=True)
class Load:
    """What one person carries; ``overdue_fen`` in fen. ``cover`` works it while they are away."""

    staff: Staff
    accounts: int = 0
    overdue_fen: int = 0
    promises_due: int = 0
    handoffs: int = 0
    cover: Staff | None = None

    @property
    def percent(self) -> int | None:
        """How full their hands are, or None where there is no limit."""
        return round(100 * self.accounts / self.staff.capacity) if self.staff.capacity else None


def accounts_of(staff_ids: Collection[int]) -> dict[int, int]:
    """Return how many overdue accounts each of these people carries. One query."""
    rows = Account.objects.filter(owner__in=staff_ids, closed_in_core=False, overdue_fen__gt=0)
    return dict(rows.order_by().values_list("owner_id").annotate(number=Count("id")))


def per_head(*, people: Collection[Staff], now: datetime, today: date) -> list[Load]:
    """Return what each of these people carries, who has most first. Four queries however many they are."""
    loads = {person.pk: Load(person) for person in people}
    accounts = Account.objects.filter(owner__in=loads, closed_in_core=False, overdue_fen__gt=0).order_by()
    for staff_id, number, fen in accounts.values_list("owner_id").annotate(number=Count("*"), fen=Sum("overdue_fen")):
        loads[staff_id].accounts, loads[staff_id].overdue_fen = number, fen
    due = PromisePart.objects.filter(
        due_on=today, promise__state__in=[state.value for state in PENDING], customer__owner__in=loads
    ).order_by()
    for staff_id, number in due.values_list("customer__owner_id").annotate(Count("promise", distinct=True)):
        loads[staff_id].promises_due = number
    waiting = HandOff.objects.filter(
        state__in=[state.value for state in STILL_OPEN], customer__owner__in=loads
    ).order_by()
    for staff_id, number in waiting.values_list("customer__owner_id").annotate(Count("id")):
        loads[staff_id].handoffs = number
    for cover in covers.in_force(now=now).filter(away__in=loads).select_related("cover"):
        loads[cover.away_id].cover = cover.cover
    return sorted(loads.values(), key=lambda load: (-load.accounts, load.staff.employee_no))
