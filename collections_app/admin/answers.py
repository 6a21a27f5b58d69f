"""The approved answers, every version."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.sections import Section
from collections_app.models import ApprovedAnswer


@admin.register(ApprovedAnswer)
class ApprovedAnswerAdmin(ReadOnlyAdmin[ApprovedAnswer]):
    """What customer service says; another wording is written and approved at the desk."""

    section = Section.MESSAGES
    help = _("Another wording is asked for at the desk, and used once a second person has approved it.")
    list_display = ("code", "version", "question_zh", "active", "valid_from", "valid_to", "approved_at")
    list_filter = ("active",)
    ordering = ("position", "code", "-version")
