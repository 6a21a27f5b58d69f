"""What an incident stopped, and who was told: counted while it lasts, kept when it ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from collections_app.models import Contact, ContactState, Event, Incident, IncidentShown, PermitRefusal
from collections_app.selectors import incidents as selector


def figures(*, incident: Incident, until: datetime) -> dict[str, Any]:
    """Return the figures of an incident up to a moment: counts and codes, no personal data.

    A contact refused under several incidents counts for the oldest of them.
    """
    covered = selector.customers_of(selector.facts([incident])[0])
    refused = refusals(incident=incident, until=until)
    by_kind = refused.values("channel", "purpose").annotate(
        times=Count("id"),
        records=Count("customer", distinct=True),
        by_staff=Count("id", filter=Q(staff__isnull=False)),
    )
    went_on = (
        Contact.objects.filter(at__gt=incident.started_at, at__lte=until, customer__in=covered)
        .exclude(state__in=[ContactState.VOID, ContactState.FAILED])
        .values("purpose", "inbound")
        .annotate(times=Count("id"))
        .order_by("purpose", "inbound")
    )
    opened = Event.objects.filter(kind="access.opened", at__gte=incident.started_at, at__lte=until)
    return {
        "until": until.isoformat(),
        "records": covered.count(),
        "cases": covered.exclude(case_number="").count(),
        "refused": list(by_kind.order_by("channel", "purpose")),
        "refused_times": refused.count(),
        "refused_records": refused.values("customer").distinct().count(),
        "refused_staff": refused.filter(staff__isnull=False).count(),
        "messages": refused.filter(staff__isnull=True).values("customer", "purpose", "channel").distinct().count(),
        "calls_open": incident.calls_open,
        "went_on": list(went_on),
        "staff_told": IncidentShown.objects.filter(incident=incident).count(),
        "customers_told": opened.filter(customer__in=covered).values("customer").distinct().count(),
    }


def refusals(*, incident: Incident, until: datetime) -> QuerySet[PermitRefusal]:
    """Return the contacts an incident refused."""
    return PermitRefusal.objects.filter(
        reason="incident",
        at__gte=incident.started_at,
        at__lte=until,
        decision__params__incident=incident.id,
    )


def current(*, incident: Incident, now: datetime) -> Mapping[str, Any]:
    """Return the report that was kept, or the figures so far."""
    return incident.report or figures(incident=incident, until=now)
