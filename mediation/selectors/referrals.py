"""What the pages show of a referral: wishes that wait, positions, and one set of talks as a side sees it."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.models import Customer, HandOff, Staff
from collections_app.selectors.records import scoped
from mediation.models import Mediation, Position, PositionPaper, RouteOverride, Session, TermExtension


def wishes_of(customer: Customer) -> QuerySet[HandOff]:
    """Return the wishes for mediation on a record that nobody has taken up yet."""
    rows = HandOff.objects.filter(customer=customer, kind="mediation_request", state__in=sorted(STILL_OPEN))
    return rows.select_related("opened_by").order_by("due_at", "id")


def wishes_waiting(staff: Staff, *, now: datetime) -> QuerySet[HandOff]:
    """Return the open wishes for mediation of records in a person's scope, the most urgent first."""
    rows = HandOff.objects.filter(
        kind="mediation_request", state__in=sorted(STILL_OPEN), customer__in=scoped(staff, now=now)
    )
    return rows.select_related("customer").order_by("due_at", "id")


def positions(mediation: Mediation) -> QuerySet[Position]:
    """Return what both sides have filed, with its papers, the oldest first."""
    return Position.objects.filter(mediation=mediation).select_related("filed_by").prefetch_related("papers")


def paper(*, mediation: Mediation, paper_id: int) -> PositionPaper | None:
    """Return one paper filed in some talks, or None."""
    return PositionPaper.objects.filter(id=paper_id, position__mediation=mediation).first()


def takes_positions(mediation: Mediation) -> bool:
    """Return whether positions are still taken in: until a session has begun."""
    begun = Session.objects.filter(mediation=mediation, state__in=["in_session", "held"])
    return mediation.state != "ended" and not begun.exists()


def waiting_extension(mediation: Mediation) -> TermExtension | None:
    """Return the prolongation that waits for the other side's word, if any."""
    return mediation.extensions.filter(answered_at__isnull=True).first()


def of_record(customer: Customer, mediation_id: int) -> Mediation | None:
    """Return one set of talks of a record with what its page shows, or None."""
    overrides = RouteOverride.objects.select_related("changed_by")
    return (
        Mediation.objects.filter(id=mediation_id, customer=customer)
        .select_related("account", "customer", "proposed_by", "handoff")
        .prefetch_related(Prefetch("overrides", overrides), "consents__recorded_by", "extensions")
        .first()
    )
