"""What readers of the events could not take yet."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.columns import words_of
from collections_app.admin.sections import Section
from collections_app.domain.events import EVENT_KINDS
from collections_app.domain.terms import TermList
from collections_app.models import EventLeft

READERS = TermList(("notifications", "消息", "Messages"))
_KINDS = TermList(*((row.code, row.term.zh, row.term.en) for row in EVENT_KINDS.values()))


@admin.display(description=pgettext_lazy("event left", "event"), ordering="event_id")
def event(row: EventLeft) -> str:
    """Return what happened in words, with the number the worker's log names it by; it names no customer."""
    return f"{words_of([row.event.kind], _KINDS)} · {row.event_id}"


@admin.display(description=_("kept for"), ordering="reader")
def reader(row: EventLeft) -> str:
    """Return the room that is to follow it up."""
    return words_of([row.reader], READERS)


@admin.register(EventLeft)
class EventLeftAdmin(ReadOnlyAdmin[EventLeft]):
    """Events that were kept and are tried again, the longest waiting first."""

    section = Section.RUNNING
    help = _(
        "Events of records that could not be followed up, such as a receipt that could not be queued. Each is tried "
        "again by itself, at least every hour, and leaves this list once it is taken; the worker's log has the cause "
        "under the number of the event. Later events go on meanwhile."
    )
    list_display = ("failed_at", event, reader, "error", "tries", "retry_at")
    fields: ClassVar[Any] = ("failed_at", event, reader, "error", ("tries", "retry_at"))
    readonly_fields: ClassVar[Any] = (event, reader)
    list_select_related = ("event",)
    date_hierarchy = "failed_at"
    ordering = ("failed_at", "id")
