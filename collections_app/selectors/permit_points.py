"""What permits know of numbers: which are silent, which were refused, whose they are, on this record and on all."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from collections_app.domain.contact_points import PARTIES, UNUSABLE
from collections_app.domain.holds import HoldKind
from collections_app.models import ContactPoint, Hold, RelatedPerson

_PHONES = frozenset({"mobile", "landline_home", "landline_work"})


@dataclass(frozen=True, slots=True)
class Points:
    """Which points of a record are bad, and which numbers of the customer's own can be used."""

    silenced: frozenset[int]
    refused: frozenset[int]
    usable_own: frozenset[int]


def roles_of(points: Iterable[ContactPoint]) -> dict[int, str]:
    """Return the roles of the people behind numbers, by person, while they last. No query when nobody is behind any."""
    people = {point.person_id for point in points if point.person_id is not None}
    if not people:
        return {}
    rows = RelatedPerson.objects.filter(id__in=people, ended_at__isnull=True)
    return dict(rows.values_list("id", "role"))


def points_of(*, customers: Collection[int], asked: Iterable[ContactPoint]) -> dict[int, Points]:
    """Return which points are bad, on their own record or on any other, and which own numbers can be used."""
    tokens = {point.value_token for point in asked}
    held = Hold.objects.filter(contact_point=OuterRef("pk"), kind=HoldKind.NUMBER_BAD, released_at__isnull=True)
    rows = list(
        ContactPoint.objects.filter(Q(value_token__in=tokens) | Q(customer_id__in=customers))
        .annotate(held=Exists(held))
        .values_list("id", "customer_id", "value_token", "kind", "relation", "quality", "permission", "held")
    )
    # Out of service is out of service for all. Whose number it is, a record that has verified it knows better.
    dead = {number for _, _, number, _, _, quality, _, is_held in rows if quality == "bad" or is_held}
    doubted = {number for _, _, number, _, _, quality, _, _ in rows if quality in UNUSABLE}
    # One refusal of somebody who is no party closes the number to third-party contact on every record.
    closed = {
        number
        for _, _, number, _, relation, _, permission, _ in rows
        if relation not in PARTIES and permission == "refused"
    }
    silenced: dict[int, set[int]] = defaultdict(set)
    refused: dict[int, set[int]] = defaultdict(set)
    own: dict[int, set[int]] = defaultdict(set)
    for point_id, customer_id, number, kind, relation, quality, _, _ in rows:
        if number in closed and relation not in PARTIES:
            refused[customer_id].add(point_id)
        if number in dead or quality in UNUSABLE or (number in doubted and quality != "verified"):
            silenced[customer_id].add(point_id)
        elif relation in PARTIES and kind in _PHONES:
            own[customer_id].add(point_id)
    return {
        customer_id: Points(
            frozenset(silenced[customer_id]), frozenset(refused[customer_id]), frozenset(own[customer_id])
        )
        for customer_id in customers
    }
