"""Clocks of talks, as people read them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from collections_app.domain.staff import Role
from collections_app.models import Staff
from collections_app.selectors.records import scoped
from mediation.domain.clocks import RULES, Standing, standing
from mediation.models import Mediation, MediationClock, Session

# Bounds what is read: none warns earlier, and the customer's day may be a day ahead of UTC's.
FARTHEST = timedelta(days=max(rule.warn_days for rule in RULES.values()) + 1)


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


def running_out(staff: Staff, *, now: datetime) -> QuerySet[MediationClock]:
    """Return the clocks that end soon or are late: a mediator's own talks, and for the bank those in scope.

    They may be thousands: the database decides, by each customer's own day, and a page reads its own rows alone
    (`read`). Evaluating it is one query, and asking for it one more: which days it is where customers live.
    """
    rows = MediationClock.objects.filter(ended_at__isnull=True, due_on__lte=now.date() + FARTHEST)
    if staff.role == Role.MEDIATOR:
        theirs = Session.objects.filter(mediation=OuterRef("mediation"), mediator__staff=staff, state="scheduled")
        rows = rows.filter(Exists(theirs))
    else:
        rows = rows.filter(customer__in=scoped(staff, now=now))
    rows = rows.filter(_near(rows, now)).select_related("customer", "mediation__account", "mediation__customer")
    return rows.order_by("due_on", "id")


def _near(rows: QuerySet[MediationClock], now: datetime) -> Q:
    """Return the condition that a clock warns by now or is late, by the day it is for its customer."""
    zones: dict[date, list[str]] = defaultdict(list)
    for zone in rows.order_by().values_list("customer__time_zone", flat=True).distinct():
        zones[now.astimezone(ZoneInfo(zone)).date()].append(zone)
    near = Q(pk__in=[])
    for today, there in zones.items():
        soon = [Q(kind=kind.value, due_on__lte=today + timedelta(days=rule.warn_days)) for kind, rule in RULES.items()]
        near |= Q(reduce(or_, soon), customer__time_zone__in=there)
    return near


def read(clocks: Iterable[MediationClock], *, now: datetime) -> list[Running]:
    """Return clocks that run, each with how near its end is; their customers are read already."""
    return [_running(row, now.astimezone(ZoneInfo(row.customer.time_zone)).date()) for row in clocks]
