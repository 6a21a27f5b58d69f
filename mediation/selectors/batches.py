"""Waiting cases that are alike enough to be referred together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from collections_app.models import Staff
from collections_app.selectors.records import scoped
from mediation.domain.kinds import Kind
from mediation.domain.route import Route
from mediation.domain.tracks import Track
from mediation.models import Mediation, MediationOrganisation, SlotOffer


@dataclass(frozen=True, slots=True)
class Alike:
    """Waiting cases of one type of dispute, and the organisations with a mediator for all of them."""

    dispute_type: str
    rows: list[Mediation]


def waiting(staff: Staff, *, now: datetime) -> QuerySet[Mediation]:
    """Return the mediations in a person's scope that wait for a date, by telephone, on the simple track.

    Not those whose customer is offered hours to pick from: what they were told stands until they have answered.
    """
    rows = Mediation.objects.filter(
        state="proposed",
        kind=Kind.MEDIATION.value,
        route=Route.TELEPHONE.value,
        track=Track.SIMPLE.value,
        customer__in=scoped(staff, now=now),
    ).exclude(dispute_type="")
    rows = rows.exclude(Exists(SlotOffer.objects.filter(mediation=OuterRef("id"), state="open", expires_at__gt=now)))
    return rows.select_related("customer", "account").order_by("dispute_type", "proposed_at", "id")


def fits(row: Mediation) -> bool:
    """Return whether one case may be part of a batch."""
    return (
        row.state == "proposed"
        and row.kind == Kind.MEDIATION
        and (row.route, row.track) == (Route.TELEPHONE.value, Track.SIMPLE.value)
        and row.dispute_type != ""
    )


def alike(rows: Iterable[Mediation]) -> list[Alike]:
    """Return the cases by their type of dispute, those of which there are at least two."""
    found: dict[str, list[Mediation]] = defaultdict(list)
    for row in rows:
        found[row.dispute_type].append(row)
    return [Alike(code, cases) for code, cases in found.items() if len(cases) > 1]


def organisations() -> QuerySet[MediationOrganisation]:
    """Return the organisations a batch may be referred to: lawful ones with a mediator who takes sessions."""
    rows = MediationOrganisation.objects.filter(active=True, lawfully_established=True, mediators__active=True)
    return rows.distinct().order_by("code")
