"""What the law says, in the words mediators use."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.admin.sections import Section
from mediation.admin.base import RoomAdmin
from mediation.models import LawPassage
from mediation.services import passages


@admin.register(LawPassage)
class LawPassageAdmin(RoomAdmin[LawPassage]):
    """One passage for each article and type of dispute."""

    action = "rules.write"
    section = Section.MEDIATION
    help = _(
        "Mediators read these to both sides. A passage that nobody has checked against the text is marked so on "
        "their page; take out of use what does not hold any more."
    )
    list_display = ("code", "dispute_type", "product", "article_zh", "verified", "active")
    list_filter = ("dispute_type", "verified")
    ordering = ("dispute_type", "position", "code")
    fieldsets = (
        (None, {"fields": ("code", "dispute_type", "product", "position", "active")}),
        (_("Words"), {"fields": ("article_zh", "article_en", "text_zh", "text_en")}),
        (_("Source"), {"fields": ("source", "verified")}),
    )

    def name_of(self, row: LawPassage) -> str:
        """Return the article."""
        return row.article

    def write(self, request: HttpRequest, row: LawPassage, form: Any) -> LawPassage:
        """Save the passage."""
        return passages.save(row=row, actor=actor_of(request))
