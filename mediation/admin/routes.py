"""By what means disputes are talked over."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.admin.columns import yuan
from collections_app.admin.sections import Section
from collections_app.selectors import codes
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
        "Small and plain disputes take the simple track, large or legally complex ones the complex one. Proposals from "
        "now on go by it; a product that is not listed goes by the starting values: the bank's policy, not law."
    )
    list_display = (
        "product",
        yuan("telephone_up_to_fen", _("telephone up to")),
        yuan("video_up_to_fen", _("video up to")),
        "telephone_minutes",
        "video_minutes",
        "meeting_minutes",
        "notice_hours",
        "mandate_required",
    )
    ordering = ("product",)
    fieldsets = (
        (None, {"fields": ("product", "telephone_up_to_fen", "video_up_to_fen")}),
        (_("Tracks"), {"fields": ("simple_up_to_fen", "complex_disputes", "complex_accounts")}),
        (
            _("Length and notice"),
            {"fields": ("telephone_minutes", "video_minutes", "meeting_minutes", "batch_minutes", "notice_hours")},
        ),
        (_("Signing for the bank"), {"fields": ("mandate_required",)}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field of the form; disputes are chosen from the bank's list."""
        if db_field.name == "complex_disputes":
            box = forms.CheckboxSelectMultiple()
            offered = codes.choices("dispute_kinds")
            return forms.MultipleChoiceField(
                label=capfirst(db_field.verbose_name), choices=offered, widget=box, required=False
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def name_of(self, row: RouteRule) -> str:
        """Return the product's name."""
        return str(row.get_product_display())

    def write(self, request: HttpRequest, row: RouteRule, form: Any) -> RouteRule:
        """Save the limits."""
        return routes.save(rule=row, actor=actor_of(request))
