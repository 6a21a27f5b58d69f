"""Who changed what in the administration."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.sections import Section
from collections_app.templatetags.administration import log_words


@admin.display(description=_("what"))
def what(row: LogEntry) -> str:
    """Return what was done in words."""
    return log_words(row)


@admin.display(description=_("page"))
def page(row: LogEntry) -> str:
    """Return the page it was done on, by its name in the reader's language."""
    model = row.content_type.model_class() if row.content_type else None
    return str(model._meta.verbose_name) if model else "—"


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin[LogEntry]):
    """The administration's own log, newest first."""

    def name_of(self, row: LogEntry) -> str:
        """Return what was changed."""
        return row.object_repr

    section = Section.EVIDENCE
    help = _("Every change made in the administration, by whom and when. It cannot be edited.")
    list_display = ("action_time", "user", page, "object_repr", what)
    fields: ClassVar[Any] = ("action_time", "user", page, "object_repr", what)
    readonly_fields: ClassVar[Any] = fields
    list_filter = ("action_flag", ("user", admin.RelatedOnlyFieldListFilter))
    search_fields = ("object_repr", "user__username", "user__display_name")
    list_select_related = ("user", "content_type")
    date_hierarchy = "action_time"
    ordering = ("-action_time", "-id")
