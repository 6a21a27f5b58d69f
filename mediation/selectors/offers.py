"""Hours offered to customers to pick from."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from mediation.domain.dates import SHORTEST_NOTICE
from mediation.domain.slots import Slot, Span
from mediation.models import DateRule, Mediation, Session, SlotOffer
from mediation.selectors.free_hours import FreeHours


def still_open(mediation: Mediation, *, now: datetime) -> bool:
    """Return whether the customer may still pick one of the hours offered."""
    return SlotOffer.objects.filter(mediation=mediation, state="open", expires_at__gt=now).exists()


def due_among(rows: Sequence[Mediation], *, now: datetime) -> set[int]:
    """Return which of some waiting talks are to be offered hours before a date is set, by their keys.

    By the bank's policy, and once for every date: what was offered and not picked in time is booked. The talks come
    with their accounts. Three queries at most.
    """
    offering = {(rule.product, rule.route) for rule in DateRule.objects.filter(offered__gt=0)}
    ids = [row.id for row in rows if (row.account.product, row.route) in offering]
    if not ids:
        return set()
    not_picked = Q(state="lapsed") | Q(state="open", expires_at__lte=now)
    lapsed = _latest(SlotOffer.objects.filter(not_picked, mediation__in=ids), "offered_at")
    booked = _latest(Session.objects.filter(mediation__in=ids), "scheduled_at")
    return {each for each in ids if each not in lapsed or (each in booked and lapsed[each] < booked[each])}


def _latest(rows: QuerySet[SlotOffer] | QuerySet[Session], moment: str) -> dict[int, datetime]:
    return dict(rows.order_by().values_list("mediation").annotate(latest=Max(moment)))


def slot_of(offer: SlotOffer) -> Slot:
    """Return an offer as the search for dates takes it."""
    return Slot(
        Span(offer.starts_at, offer.ends_at),
        offer.mediator_id,
        offer.representative_id,
        place=offer.room.place_id if offer.room else None,
        room=None,
    )


def pickable(mediation: Mediation, *, now: datetime) -> list[SlotOffer]:
    """Return the open offers whose hours are still free, in order.

    They are looked at anew each time they are shown: an offer holds nobody's hours.
    """
    rows = SlotOffer.objects.filter(mediation=mediation, state="open", expires_at__gt=now)
    open_ones = [
        row
        for row in rows.select_related("mediator__staff", "mediator__organisation", "room__place").order_by("during")
        if row.starts_at >= now + SHORTEST_NOTICE
    ]
    if not open_ones:
        return []
    hours = FreeHours(mediation, now=now)
    return [row for row in open_ones if hours.at_the_hour(slot_of(row)) is not None]
