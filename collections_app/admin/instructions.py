"""What the core was told to book, and what it answered: read here, told and answered by files."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.columns import customer_link, word, yuan
from collections_app.admin.filters import WordFilter
from collections_app.admin.records import RecordRowsAdmin
from collections_app.admin.sections import Section
from collections_app.domain.instructions import INSTRUCTION_STATES
from collections_app.models import CoreInstruction, InstructionFile

state = word("state", INSTRUCTION_STATES, _("state"))
amount = yuan("amount_fen", _("amount"))
booked = yuan("booked_fen", _("booked amount"))
total = yuan("total_fen", _("total amount"))


@admin.display(description=_("calls off"), boolean=True)
def calls_off(row: CoreInstruction) -> bool:
    """Whether the line calls off what the core was told before."""
    return row.calls_off


class InstructionStateFilter(WordFilter):
    title, parameter_name, terms = _("state"), "state", INSTRUCTION_STATES


@admin.register(InstructionFile)
class InstructionFileAdmin(ReadOnlyAdmin[InstructionFile]):
    """Files that told the core what to book."""

    section = Section.RUNNING
    help = _("Each file of instructions: when it was made, what it holds, and whether it has been written.")
    list_display = ("__str__", "made_at", "rows", total, "written_at")
    fields: ClassVar[Any] = ("made_at", "rows", total, "sha256", "written_at")
    readonly_fields: ClassVar[Any] = fields
    ordering = ("-id",)


@admin.register(CoreInstruction)
class CoreInstructionAdmin(RecordRowsAdmin[CoreInstruction]):
    """One line the core was told of, and its answer."""

    section = Section.RUNNING
    help = _(
        "Each waiver the core was told of, once, and that it lapsed; what the core refused or booked otherwise needs "
        "somebody's attention."
    )
    list_display = ("reference", customer_link, amount, calls_off, state, "told_at", "answered_at", booked, "booked_on")
    fields: ClassVar[Any] = (
        "reference", customer_link, amount, calls_off, state, "told_at", "answered_at", booked, "booked_on", "reason",
    )  # fmt: skip
    readonly_fields: ClassVar[Any] = fields
    list_filter = (InstructionStateFilter,)
    list_select_related = ("customer",)
    also_found_by = ("reference",)
    ordering = ("-id",)
