"""Offering a customer hours to pick from, and closing what was offered.

An offer holds nobody's hours. Whoever picks first has them, by the constraints on sessions; who comes second is told
so and offered others. So an offer that is not answered has nothing to give back, and no hour is lost while it waits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from collections_app.models import Customer
from collections_app.services import records
from mediation.domain.dates import spread
from mediation.domain.slots import Slot
from mediation.models import Mediation, SlotOffer
from mediation.selectors import places
from mediation.selectors.free_hours import FreeHours


def offer_within(
    *,
    customer: Customer,
    mediation: Mediation,
    now: datetime,
    fewest: int = 0,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> list[SlotOffer]:
    """Offer the hours of the policy to a customer whose record is locked; an empty list when nobody is free.

    Hours that other customers are offered at the moment are left out while there are others. ``not_before`` and
    ``expires_at`` are those of an earlier offer when it is replaced.
    """
    policy = places.date_policy(mediation)
    count = max(policy.offered, fewest)
    found = _free(mediation, count, not_before, now)
    until = expires_at or now + timedelta(hours=policy.answer_hours)
    rows = [
        SlotOffer.objects.create(
            mediation=mediation,
            customer=customer,
            during=DateTimeTZRange(slot.span.start, slot.span.end),
            mediator_id=slot.mediator,
            representative_id=slot.representative,
            room_id=slot.room,
            offered_at=now,
            expires_at=until,
        )
        for slot in found
    ]
    if rows:
        records.append(
            customer=customer,
            kind="mediation.offered",
            actor=records.SYSTEM,
            now=now,
            account_id=mediation.account_id,
            payload={"mediation": mediation.id, "offers": len(rows), "until": until.isoformat()},
        )
    return rows


def _free(mediation: Mediation, count: int, not_before: datetime | None, now: datetime) -> Sequence[Slot]:
    found: list[Slot] = []
    for sparing in (True, False):
        hours = FreeHours(mediation, now=now, sparing=sparing)
        found = spread(hours.earliest, not_before=not_before or hours.not_before, count=count)
        if len(found) == count:
            break
    return found


def close_within(*, mediation: Mediation, state: str, now: datetime) -> int:
    """Close every open offer of talks whose record is locked; return how many there were."""
    rows = SlotOffer.objects.filter(mediation=mediation, state="open")
    return rows.update(state=state, closed_at=now)
