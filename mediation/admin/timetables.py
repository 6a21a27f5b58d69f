"""What came of placing waiting sessions together."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.sections import Section
from mediation.models import TimetableRun


@admin.register(TimetableRun)
class TimetableRunAdmin(ReadOnlyAdmin[TimetableRun]):
    """Runs of the scheduler, newest first, and how far each timetable is from the best that could be."""

    section = Section.MEDIATION
    help = _(
        "When several sessions of a branch wait, they are placed together. The distance is proven: no timetable of the "
        "same people and hours places more than the bound."
    )
    list_display = ("began_at", "branch", "waiting", "placed", "value", "bound", "distance", "found_by")
    list_filter = ("found_by",)
    fields: ClassVar = ("began_at", "ended_at", "branch", "waiting", "placed", "value", "bound", "distance", "found_by")
    readonly_fields: ClassVar = ("distance",)
    list_select_related = ("branch",)
    ordering = ("-began_at", "-pk")

    @admin.display(description=_("distance from the bound"))
    def distance(self, row: TimetableRun) -> str:
        """Return the distance in percent."""
        return f"{row.percent} %"
