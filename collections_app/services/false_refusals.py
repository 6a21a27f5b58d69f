"""Numbers that were once marked as refused because a role had ended: nobody had refused anything.

Whoever ends a role has said nothing of what its holder wants (services/people). Earlier releases marked the numbers of
who had no role any more as refused all the same, and a refusal of somebody who is no party closes a number on every
record, for good. The mark is known by its event: of the very instant in which the role ended, by the same hand.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from collections_app.models import ContactPoint, Event
from collections_app.services import derivation, records
from collections_app.services.contact_points import REFUSED, restore_within

_CHANGED = "contact_point.changed"


def take_back(*, now: datetime, limit: int = 500) -> int:
    """Give such numbers the permission they had before, and return how many. Safe to repeat.

    The event that marked them stays on the history, and one that corrects it follows.
    """
    marked = Event.objects.filter(
        customer=OuterRef("customer"), kind=_CHANGED, at=OuterRef("person__ended_at"), payload__permission=REFUSED
    )
    suspects = ContactPoint.objects.filter(Exists(marked), permission=REFUSED).order_by("customer_id", "id")
    done = 0
    for suspect in suspects.select_related("person").iterator(chunk_size=500):
        # Who has really refused stays among the suspects, and must not stand before the others for ever.
        if done >= limit or _before(suspect) is None:
            continue
        with transaction.atomic(durable=True):
            customer = records.lock(customer_id=suspect.customer_id, now=now)
            point = ContactPoint.objects.select_related("person").get(id=suspect.pk)
            before = _before(point)
            if point.permission != REFUSED or before is None:
                continue
            restore_within(
                customer=customer, contact_point=point, before={"permission": before}, actor=records.SYSTEM, now=now
            )
            derivation.derive(customer=customer, now=now)
            done += 1
    return done


def _before(point: ContactPoint) -> str | None:
    """Return the permission a number had before a false mark, or None when somebody has really refused."""
    changes = Event.objects.filter(
        customer_id=point.customer_id, kind=_CHANGED, payload__contact_point=point.pk
    ).order_by("id")
    said = [(event.at, event.payload["permission"]) for event in changes if event.payload.get("permission")]
    if point.person is None or not said or said[-1] != (point.person.ended_at, REFUSED):
        return None
    before = said[-2][1] if len(said) > 1 else "ok"
    return None if before == REFUSED else str(before)
