"""Rules of assignment, and the log of files taken out and of tries at walled records."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin, ServiceAdmin, actor_of
from collections_app.admin.columns import customer_link, yuan
from collections_app.admin.records import RecordRowsAdmin
from collections_app.admin.sections import Section
from collections_app.forms.assignment_rule import AssignmentRuleForm
from collections_app.models import AssignmentRule, Export, WallAttempt
from collections_app.services import assignment_rules


@admin.register(AssignmentRule)
class AssignmentRuleAdmin(ServiceAdmin[AssignmentRule]):
    """Whose accounts of a kind become."""

    action = "owner.rules"
    section = Section.RULES
    help = _(
        "After each nightly file, and every few minutes, what is nobody's goes by the first rule that fits, to who "
        "carries least for what they can. What somebody has stays theirs."
    )
    form = AssignmentRuleForm
    list_display = (
        "position",
        "name_zh",
        "active",
        "branch",
        "product",
        yuan("from_fen", _("overdue from")),
        yuan("below_fen", _("overdue below")),
        "pool",
        "unit",
        "team",
    )
    list_display_links = ("position", "name_zh")
    list_select_related = ("branch", "unit", "team")
    list_filter = ("active", "pool")
    ordering = ("position", "id")

    def name_of(self, row: AssignmentRule) -> str:
        """Return the name in the reader's language."""
        return row.name

    def write(self, request: HttpRequest, row: AssignmentRule, form: Any) -> AssignmentRule:
        """Save the rule."""
        return assignment_rules.save(rule=row, actor=actor_of(request))


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin[Export]):
    """Every file that was taken out, by whom and what for."""

    section = Section.EVIDENCE
    help = _("Every list somebody took out as a file: what, why, and when. Its mark is in each line of the file.")
    list_display = ("at", "mark", "staff", "kind", "file_format", "reason")
    fields: ClassVar[Any] = ("at", "mark", "staff", "kind", "file_format", "reason", "selection")
    readonly_fields: ClassVar[Any] = fields
    list_filter = ("kind", "file_format")
    list_select_related = ("staff",)
    search_fields = ("staff__employee_no", "staff__display_name", "reason")
    date_hierarchy = "at"
    ordering = ("-at", "-id")

    @admin.display(description=_("mark"))
    def mark(self, row: Export) -> str:
        """Return the mark of the file."""
        return row.mark


@admin.register(WallAttempt)
class WallAttemptAdmin(RecordRowsAdmin[WallAttempt]):
    """Who tried to reach a record that is walled from them."""

    action = "wall.keep"
    help = _("They were told that there is no such record. Nobody reads here of their own tries.")
    list_display = ("at", "staff", customer_link, "tried", "path")
    fields: ClassVar[Any] = ("at", "staff", customer_link, "tried", "path")
    readonly_fields: ClassVar[Any] = fields
    also_found_by = ("staff__username", "staff__display_name")
    list_filter = ("tried",)
    list_select_related = ("customer", "staff")
    date_hierarchy = "at"
    ordering = ("-at", "-id")
