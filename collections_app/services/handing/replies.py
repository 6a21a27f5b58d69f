"""What a customer is told about their request, in words meant for them."""

from datetime import datetime

from collections_app.domain.handoffs import COMPLAINTS, HandOffState
from collections_app.domain.staff import Department
from collections_app.domain.typed import harmless
from collections_app.models import Customer, HandOff, HandOffReply
from collections_app.services import note_words, records
from collections_app.services.errors import RefusedError

# What a customer who asked must read words with: what we found, or what we still need of them.
ANSWERED = frozenset({HandOffState.DONE, HandOffState.WAITING})


def wanted(*, handoff: HandOff, state: str) -> bool:
    """Return whether a customer must be given words when their request enters a state.

    A complaint is answered by letter. A claimed payment is answered by what was found.
    """
    return (
        handoff.from_department == Department.CUSTOMER
        and handoff.kind not in {*COMPLAINTS, "payment_trace"}
        and state in ANSWERED
    )


def say_within(
    *, customer: Customer, handoff: HandOff, state: str, text: str, actor: records.Actor, now: datetime
) -> HandOffReply | None:
    """Keep the words for the customer, on a record the caller has locked.

    Raise RefusedError("reply_missing") when the customer asked and there are none, or the words hurt. Words to a
    request that no customer made are not kept: nobody would read them.
    """
    said = harmless(text).strip()
    if not said:
        if wanted(handoff=handoff, state=state):
            raise RefusedError("reply_missing")
        return None
    if handoff.from_department != Department.CUSTOMER:
        return None
    note_words.check(text=said, kind=handoff.kind)
    return HandOffReply.objects.create(
        customer=customer, handoff=handoff, state=state, text=said, said_by=actor.staff, said_at=now
    )
