"""What stands in somebody's hands is given back in one step when they go: the case they claimed, the line they hold."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.worklists.claims import ClaimEnd
from collections_app.models import CaseClaim, Conversation, Customer
from collections_app.selectors import lines
from collections_app.services import records
from collections_app.services.lines import lease


def lock_line(*, staff_id: int, now: datetime) -> Customer | None:
    """Lock the record of the call somebody is on and return it, or None. Before every other row of a transaction."""
    call = Conversation.objects.filter(lines.OPEN, staff_id=staff_id).first()
    return records.lock(customer_id=call.customer_id, now=now) if call else None


def release_within(
    *, staff_id: int, customer: Customer | None, why: str, actor: records.Actor, now: datetime
) -> tuple[int, bool]:
    """Give back somebody's claims, and their line on the record the caller has locked by ``lock_line``.

    Return how many claims ended, and whether a line was given back; a supervisor closes its call. ``why`` is a code:
    ``left``, ``on_leave``, ``moved`` or ``role``.
    """
    claims = CaseClaim.objects.filter(staff=staff_id, ended_at__isnull=True)
    ended = claims.update(ended_at=now, end=ClaimEnd.RELEASED, ended_by=actor.staff)
    held = Conversation.objects.filter(lines.OPEN, staff_id=staff_id, customer=customer).first() if customer else None
    if customer is not None and held is not None:
        lease.interrupt_within(customer=customer, conversation=held, why=why, actor=records.SYSTEM, now=now)
    return ended, held is not None


@transaction.atomic(durable=True)
def release(*, staff_id: int, why: str, actor: records.Actor, now: datetime) -> tuple[int, bool]:
    """Give back somebody's claims and line. Return how many claims ended, and whether a line was given back."""
    customer = lock_line(staff_id=staff_id, now=now)
    return release_within(staff_id=staff_id, customer=customer, why=why, actor=actor, now=now)
