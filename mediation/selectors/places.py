"""Where sessions in person may be held, what lies between two of them, and the bank's policy on dates."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from mediation.domain.dates import DatePolicy
from mediation.domain.diaries import Spacing
from mediation.domain.kinds import Kind
from mediation.domain.route import Route
from mediation.models import DateRule, Mediation, Room, SessionSpacing, Travel

# Who sits at the table: the customer and the bank's representative, and in a mediation the mediator.
SEATS = {Kind.MEDIATION: 3, Kind.NEGOTIATION: 2}


@dataclass(frozen=True, slots=True)
class Venue:
    """A place at which talks may be held, whose premises it is (None: the bank's own), and its rooms in order."""

    place: int
    organisation: int | None
    rooms: tuple[int, ...]


def spacing() -> Spacing:
    """Return what lies between two sessions of one person. Two queries."""
    row = SessionSpacing.objects.first() or SessionSpacing()
    return Spacing(
        buffer=timedelta(minutes=row.buffer_minutes),
        default_travel=timedelta(minutes=row.travel_minutes),
        travel={frozenset((way.one_id, way.other_id)): timedelta(minutes=way.minutes) for way in Travel.objects.all()},
    )


def venues(mediation: Mediation) -> list[Venue]:
    """Return where talks in person may be held: active rooms of the customer's branch with seats for all.

    The bank's own talks are held at the bank's own premises. One query.
    """
    rows = Room.objects.filter(
        active=True,
        place__active=True,
        place__branch_id=mediation.customer.branch_id,
        capacity__gte=SEATS[Kind(mediation.kind)],
    )
    theirs = Q(place__organisation__isnull=True)
    if mediation.kind == Kind.MEDIATION:
        theirs |= Q(place__organisation__active=True, place__organisation__lawfully_established=True)
    rooms: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    for room, place, organisation in (
        rows.filter(theirs).order_by("place_id", "id").values_list("id", "place_id", "place__organisation_id")
    ):
        rooms[place, organisation].append(room)
    return [Venue(place, organisation, tuple(found)) for (place, organisation), found in rooms.items()]


def needs_room(mediation: Mediation) -> bool:
    """Return whether the session of these talks is held in person."""
    return mediation.route == Route.MEETING


def date_policy(mediation: Mediation) -> DatePolicy:
    """Return how the date of these talks is agreed: the bank's row, else the starting values."""
    row = DateRule.objects.filter(product=mediation.account.product, route=mediation.route).first()
    return row.policy if row else DatePolicy()
