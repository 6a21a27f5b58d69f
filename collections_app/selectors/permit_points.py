"""What permits know of numbers: which are silent, which were refused, whose they are, on this record and on all."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from collections_app.domain.contact_points import PARTIES, UNUSABLE
from collections_app.domain.holds import OF_THE_PERSON, HoldKind
from collections_app.domain.permits.facts import HoldFact
from collections_app.models import ContactPoint, Hold, RelatedPerson

_PHONES = frozenset({"mobile", "landline_home", "landline_work"})


@dataclass(frozen=True, slots=True)
class Points:
    """Which points of a record are bad, and which numbers of the customer's own can be used.

    ``held`` are holds on points whose number is that of somebody with a record of their own, which stops it for them.
    """

    silenced: frozenset[int]
    refused: frozenset[int]
    usable_own: frozenset[int]
    held: tuple[HoldFact, ...] = ()


def roles_of(points: Iterable[ContactPoint]) -> dict[int, str]:
    """Return the roles of the people behind numbers, by person, while they last. No query when nobody is behind any."""
    people = {point.person_id for point in points if point.person_id is not None}
    if not people:
        return {}
    rows = RelatedPerson.objects.filter(id__in=people, ended_at__isnull=True)
    return dict(rows.values_list("id", "role"))


def points_of(*, customers: Collection[int], asked: Iterable[ContactPoint], now: datetime) -> dict[int, Points]:
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
    owners = {(number, customer_id) for _, customer_id, number, _, relation, _, _, _ in rows if relation == "self"}
    following = _held_elsewhere([(row[0], row[1], row[2]) for row in rows if row[2] in tokens], owners, now)
    return {
        customer_id: Points(
            frozenset(silenced[customer_id]),
            frozenset(refused[customer_id]),
            frozenset(own[customer_id]),
            tuple(following[customer_id]),
        )
        for customer_id in customers
    }


def _held_elsewhere(
    points: Iterable[tuple[int, int, str]], owners: Collection[tuple[str, int]], now: datetime
) -> dict[int, list[HoldFact]]:
    """Return the holds that follow a person to where their number stands on the records of others, by record.

    ``points`` are (point, record, number), ``owners`` (number, record of whom it is). No query where no number of
    these is somebody else's own.
    """
    found: dict[int, list[HoldFact]] = defaultdict(list)
    of_number: dict[str, list[int]] = defaultdict(list)
    for number, owner_id in owners:
        of_number[number].append(owner_id)
    shared = [
        (point_id, customer_id, owner_id)
        for point_id, customer_id, number in points
        for owner_id in of_number.get(number, ())
        if owner_id != customer_id
    ]
    if not shared:
        return found
    holds: dict[int, list[tuple[str, datetime | None]]] = defaultdict(list)
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        customer_id__in={owner_id for _, _, owner_id in shared},
        kind__in=OF_THE_PERSON,
        account__isnull=True,
        released_at__isnull=True,
    ).order_by("id")
    for owner_id, kind, ends_at in rows.values_list("customer_id", "kind", "ends_at"):
        holds[owner_id].append((kind, ends_at))
    for point_id, customer_id, owner_id in shared:
        for kind, ends_at in holds[owner_id]:
            found[customer_id].append(HoldFact(kind, contact_point_id=point_id, until=ends_at))
    return found
