"""The approved answers, every version."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.columns import words_of
from collections_app.admin.sections import Section
from collections_app.models import ApprovedAnswer


@admin.display(description=_("statuses it is for"))
def statuses(row: ApprovedAnswer) -> str:
    """Return the statuses by name; none means all."""
    return words_of(row.statuses, "statuses") or gettext("All statuses")


@admin.register(ApprovedAnswer)
class ApprovedAnswerAdmin(ReadOnlyAdmin[ApprovedAnswer]):
    """What customer service says; another wording is written and approved at the desk."""

    section = Section.MESSAGES
    help = _("Another wording is asked for at the desk, and used once a second person has approved it.")
    list_display = ("code", "version", "question_zh", "active", "valid_from", "valid_to", "approved_at")
    fields: ClassVar[Any] = (
        "code", "version", "question_zh", "answer_zh", "question_en", "answer_en", statuses, "valid_from", "valid_to",
        "active", "created_by", "created_at", "approved_by", "approved_at",
    )  # fmt: skip
    readonly_fields: ClassVar[Any] = fields
    list_filter = ("active",)
    ordering = ("position", "code", "-version")
