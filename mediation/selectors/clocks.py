"""Clocks of talks, as people read them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain.staff import Role
from collections_app.models import Staff
from collections_app.selectors.records import scoped
from mediation.domain.clocks import RULES, Standing, standing
from mediation.models import Mediation, MediationClock

# Bounds what is read: none warns earlier, and the customer's day may be a day ahead of UTC's.
_FARTHEST = timedelta(days=max(rule.warn_days for rule in RULES.values()) + 1)


@dataclass(frozen=True, slots=True)
class Running:
    """One clock that runs, and how near its end is."""

    clock: MediationClock
    standing: Standing
    days_left: int


def _running(clock: MediationClock, today: date) -> Running:
    return Running(clock, standing(clock.kind, due=clock.due_on, today=today), (clock.due_on - today).days)


def of_talks(mediation: Mediation, *, now: datetime) -> list[Running]:
    """Return the clocks of some talks that run."""
    today = now.astimezone(ZoneInfo(mediation.customer.time_zone)).date()
    return [_running(clock, today) for clock in mediation.clocks.filter(ended_at__isnull=True)]


def running_out(staff: Staff, *, now: datetime) -> list[Running]:
    """Return the clocks that end soon or are late: a mediator's own talks, and for the bank those in scope.

    They may be thousands: of each only what says where it stands is read (`whole`).
    """
    rows = MediationClock.objects.filter(ended_at__isnull=True, due_on__lte=now.date() + _FARTHEST)
    rows = rows.select_related("customer").only("kind", "due_on", "customer__time_zone")
    if staff.role == Role.MEDIATOR:
        rows = rows.filter(mediation__sessions__mediator__staff=staff, mediation__sessions__state="scheduled")
    else:
        rows = rows.filter(customer__in=scoped(staff, now=now))
    found = [
        _running(clock, now.astimezone(ZoneInfo(clock.customer.time_zone)).date())
        for clock in rows.distinct().order_by("due_on", "id")
    ]
    return [row for row in found if row.standing is not Standing.RUNNING]


def whole(rows: Sequence[Running]) -> list[Running]:
    """Return the same clocks with their talks, customers and accounts, to be shown. One query."""
    clocks = MediationClock.objects.select_related("customer", "mediation__account", "mediation__customer")
    found = clocks.in_bulk([row.clock.pk for row in rows])
    return [replace(row, clock=found[row.clock.pk]) for row in rows if row.clock.pk in found]
