"""Which facts of a history were corrected later, and where they can be."""

from collections.abc import Iterable

from django.urls import reverse

from collections_app.domain.corrections import may_correct
from collections_app.models import Correction, Customer, Event, Staff
from collections_app.services import clock
from collections_app.services.corrections import ACTION, ANY

# Each kind of event that records a fact which may be wrong: what it is, its id in the payload, the page to correct it.
_FACTS = {
    "conversation.closed": ("call", "conversation", "desk:call_correct"),
    "visit.closed": ("call", "conversation", "desk:call_correct"),
    "promise.taken": ("promise", "promise", "desk:promise_correct"),
    "promise.redated": ("promise", "promise", "desk:promise_correct"),
    "hold.placed": ("hold", "hold", "desk:hold_correct"),
}


def of_events(*, customer: Customer, events: Iterable[Event]) -> set[int]:
    """Return the ids of those events whose fact was corrected. One query, or none when nothing can be."""
    facts = {event.id: _fact(event) for event in events if event.kind in _FACTS}
    if not facts:
        return set()
    rows = Correction.objects.filter(customer=customer, subject_id__in={number for _, number in facts.values()})
    known = set(rows.values_list("subject", "subject_id"))
    return {event_id for event_id, fact in facts.items() if fact in known}


def _fact(event: Event) -> tuple[str, int]:
    subject, name, _page = _FACTS[event.kind]
    return subject, int(event.payload.get(name) or 0)


def address_of(event: Event, *, customer: Customer, staff: Staff | None) -> str:
    """Return where a person may correct the fact of an event, or nothing.

    What came with something else is corrected with that.
    """
    if staff is None or event.kind not in _FACTS or not staff.may(ACTION) or event.payload.get("source"):
        return ""
    is_own = event.actor_id == staff.pk
    if not may_correct(is_own=is_own, recorded_at=event.at, now=clock.now(), any_fact=staff.may(ANY)):
        return ""
    _subject, number = _fact(event)
    return reverse(_FACTS[event.kind][2], args=[customer.customer_no, number]) if number else ""


def recording_of(event: Event, *, customer: Customer, staff: Staff | None) -> str:
    """Return where a person may state the recording of a closed call, or nothing."""
    if staff is None or event.kind != "conversation.closed" or not staff.may("call.close"):
        return ""
    _subject, number = _fact(event)
    return reverse("desk:call_recording", args=[customer.customer_no, number]) if number else ""
