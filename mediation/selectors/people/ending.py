"""Which trainings and qualifications end soon and are not renewed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q

from mediation.models import Qualification, Training


@dataclass(frozen=True, slots=True)
class Ending:
    """How many papers end soon, and the first day on which one does."""

    number: int
    first: date | None


def ending(*, today: date, last: date) -> Ending:
    """Return the papers of people who take sessions that end between two days, but for those renewed. Two queries."""
    takes_sessions = Q(staff__is_active=True) & (Q(staff__mediator__active=True) | Q(staff__expert__active=True))
    trainings = Training.objects.filter(takes_sessions, valid_until__range=(today, last))
    newer = Training.objects.filter(staff=OuterRef("staff"), course=OuterRef("course"))
    trained = trainings.filter(~Exists(newer.filter(Q(valid_until=None) | Q(valid_until__gt=last)))).aggregate(
        number=Count("id"), first=Min("valid_until")
    )
    held = Qualification.objects.filter(takes_sessions, valid_to__range=(today, last))
    renewed = Qualification.objects.filter(staff=OuterRef("staff"), kind=OuterRef("kind"))
    qualified = held.filter(~Exists(renewed.filter(Q(valid_to=None) | Q(valid_to__gt=last)))).aggregate(
        number=Count("id"), first=Min("valid_to")
    )
    days = [day for day in (trained["first"], qualified["first"]) if day is not None]
    return Ending(trained["number"] + qualified["number"], min(days, default=None))
