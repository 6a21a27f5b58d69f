"""The timeline: the events of a record in words, by day, filtered by kind and department."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from collections_app.domain.events import EVENT_KINDS
from collections_app.models import Customer, Event, Staff
from collections_app.templatetags.terms import term
from desk.selectors import history
from desk.views import corrected, event_lines
from desk.views.event_words import EVENT_WORDS

PAGE = 30
GROUPS = {
    "calls": (gettext_lazy("Calls"), ("conversation.", "visit.", "recording.", "contact.reported", "answer.")),
    "messages": (gettext_lazy("Messages"), ("message.", "access.", "told.")),
    "payments": (gettext_lazy("Payments"), ("payment.", "claim.", "promise.", "plan.", "waiver.")),
    "handoffs": (gettext_lazy("Hand-offs"), ("handoff.", "mediation.", "complaint.", "power.", "recusal.")),
    "holds": (gettext_lazy("Holds"), ("hold.", "risk.", "contact_point.", "case.", "account.", "approval.")),
    "clocks": (gettext_lazy("Clocks and people"), ("legal.", "limitation.", "guarantee.", "person.", "estate.")),
    "notes": (gettext_lazy("Notes"), ("note.", "evidence.", "document.", "paper.", "issued.")),
}
DEPARTMENTS = ("service", "collections", "mediation", "customer")
# These move what is true; the others are the noise around them.
WEIGHTY = (
    "promise.",
    "payment.received",
    "plan.",
    "hold.placed",
    "risk.",
    "claim.",
    "conversation.closed",
    "visit.closed",
    "legal.",
    "account.assigned",
    "mediation.",
    "complaint.taken",
    "complaint.moved",
    "recusal.",
    "case.",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One event in words."""

    id: int
    at: datetime
    department: str
    who: str
    title: str
    code: str
    detail: str
    text: str
    is_new: bool
    is_weighty: bool
    is_corrected: bool = False
    correct_url: str = ""
    recording_url: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one day, newest first."""

    on: date
    items: Sequence[Item]
    begins_seen: bool

    @property
    def lines(self) -> SafeString:
        """The events as the page shows them."""
        return event_lines.lines(self.items)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a record's history, with the filter it was asked for."""

    days: Sequence[Day]
    group: str
    department: str
    next_before: int | None


def read(
    *,
    customer: Customer,
    group: str,
    department: str,
    before: int | None,
    seen_until: datetime | None,
    staff: Staff | None = None,
) -> Timeline:
    """Return a page of the timeline, with the ways for ``staff`` to correct it. Three queries whatever its length."""
    prefixes = GROUPS[group][1] if group in GROUPS else None
    events = history.page(
        customer=customer,
        kinds=[code for code in EVENT_KINDS if code.startswith(prefixes)] if prefixes else None,
        department=department if department in DEPARTMENTS else "",
        before=before,
        limit=PAGE + 1,
    )
    shown = events[:PAGE]
    wrong = corrected.of_events(customer=customer, events=shown)
    items = [
        replace(
            item(event, seen_until),
            is_corrected=event.id in wrong,
            recording_url=corrected.recording_of(event, customer=customer, staff=staff),
            correct_url="" if event.id in wrong else corrected.address_of(event, customer=customer, staff=staff),
        )
        for event in shown
    ]
    return Timeline(
        days=_by_day(items),
        group=group if group in GROUPS else "",
        department=department if department in DEPARTMENTS else "",
        next_before=shown[-1].id if len(events) > PAGE else None,
    )


def item(event: Event, seen_until: datetime | None) -> Item:
    """Return one event in words."""
    words = EVENT_WORDS.get(event.kind)
    title, detail, code = words(event.payload) if words else ("", "", "")
    text_row = getattr(event, "text_row", None)
    return Item(
        id=event.id,
        at=event.at,
        department=event.department,
        who=event.actor.name if event.actor else "",
        title=title or term(event.kind, "events"),
        code=code,
        detail=detail,
        text=text_row.text if text_row else "",
        is_new=seen_until is not None and event.at > seen_until,
        is_weighty=event.kind.startswith(WEIGHTY) and not event.payload.get("source"),
    )


def _by_day(items: Sequence[Item]) -> list[Day]:
    days: list[tuple[date, list[Item]]] = []
    for each in items:
        on = timezone.localtime(each.at).date()
        if not days or days[-1][0] != on:
            days.append((on, []))
        days[-1][1].append(each)
    return [Day(on, rows, rows[0].is_new) for on, rows in days]
