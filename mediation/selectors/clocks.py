"""Clocks of talks, as people read them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collections_app.domain.staff import Role
from collections_app.models import Staff
from collections_app.selectors.records import scoped
from mediation.domain.clocks import Standing, standing
from mediation.models import Mediation, MediationClock

_MOST = 50


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
    """Return the clocks that end soon or are late: a mediator's own talks, and for the bank those in scope."""
    rows = MediationClock.objects.filter(ended_at__isnull=True).select_related(
        "customer", "mediation__account", "mediation__customer"
    )
    if staff.role == Role.MEDIATOR:
        rows = rows.filter(mediation__sessions__mediator__staff=staff, mediation__sessions__state="scheduled")
    else:
        rows = rows.filter(customer__in=scoped(staff, now=now))
    found = []
    for clock in rows.distinct().order_by("due_on", "id")[: _MOST * 4]:
        row = _running(clock, now.astimezone(ZoneInfo(clock.customer.time_zone)).date())
        if row.standing is not Standing.RUNNING:
            found.append(row)
    return found[:_MOST]
