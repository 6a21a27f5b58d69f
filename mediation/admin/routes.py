"""By what means disputes are talked over."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.admin.columns import yuan
from collections_app.admin.sections import Section
from mediation.admin.base import RoomAdmin
from mediation.models import RouteRule
from mediation.services import routes


@admin.register(RouteRule)
class RouteRuleAdmin(RoomAdmin[RouteRule]):
    """The bank's limits by product; a product without a row goes by the starting values."""

    action = "rules.write"
    section = Section.RULES
    help = _(
        "Up to which amount a dispute is talked over by telephone or by video; above that, in person. "
        "Proposals from now on go by it; a product that is not listed goes by the starting values."
    )
    list_display = (
        "product",
        yuan("telephone_up_to_fen", _("telephone up to")),
        yuan("video_up_to_fen", _("video up to")),
        "telephone_minutes",
        "video_minutes",
        "meeting_minutes",
        "notice_hours",
    )
    ordering = ("product",)
    fieldsets = (
        (None, {"fields": ("product", "telephone_up_to_fen", "video_up_to_fen")}),
        (_("Length and notice"), {"fields": ("telephone_minutes", "video_minutes", "meeting_minutes", "notice_hours")}),
    )

    def name_of(self, row: RouteRule) -> str:
        """Return the product's name."""
        return str(row.get_product_display())

    def write(self, request: HttpRequest, row: RouteRule, form: Any) -> RouteRule:
        """Save the limits."""
        return routes.save(rule=row, actor=actor_of(request))
