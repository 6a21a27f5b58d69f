"""Working calendars: the days as published, and the files they were loaded from."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin, ServiceAdmin, actor_of
from collections_app.admin.sections import Section
from collections_app.forms.calendar import CalendarForm
from collections_app.models import CalendarVersion, ImportedDay
from collections_app.services import calendars, clock


@admin.display(description=_("years"))
def years(row: CalendarVersion) -> str:
    """Return the years the file covers."""
    return ", ".join(str(year) for year in row.years)


@admin.register(CalendarVersion)
class CalendarVersionAdmin(ServiceAdmin[CalendarVersion]):
    """Files that were loaded; a new one takes the place of what was known of its countries and years."""

    action = "rules.write"
    section = Section.RULES
    help = _(
        "Files of public holidays and the weekends worked for them. A new file takes the place of what was known of "
        "its countries and years, at once and as a whole."
    )
    form = CalendarForm
    may_change = False
    list_display = ("country", "version", years, "days", "source", "loaded_by", "loaded_at")
    fields: ClassVar[Any] = ("country", "version", years, "days", "source", "sha256", "loaded_by", "loaded_at")
    readonly_fields: ClassVar[Any] = ("country", "version", years, "days", "sha256", "loaded_by", "loaded_at")
    list_filter = ("country",)
    list_select_related = ("loaded_by",)
    ordering = ("country", "-version")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the file and its source for a new one, and what became of it for one that was loaded."""
        return self.fields if obj else ("source", "file")

    def write(self, request: HttpRequest, row: CalendarVersion, form: Any) -> CalendarVersion:
        """Load the file; of several countries, return the first."""
        return calendars.load(
            content=form.cleaned_data["file"].read(),
            source=form.cleaned_data["source"],
            actor=actor_of(request),
            now=clock.now(),
        )[0]


@admin.register(ImportedDay)
class ImportedDayAdmin(ReadOnlyAdmin[ImportedDay]):
    """Days that are not what the weekday says, as published."""

    section = Section.RULES
    action = "rules.write"
    help = _("Public holidays and the weekends worked for them, as published. Days not listed are as the weekday says.")
    list_display = ("on", "country", "works", "name", "source", "loaded")
    list_filter = ("country", "works")
    list_select_related = ("loaded",)
    date_hierarchy = "on"
    ordering = ("country", "-on")
