"""What may be promised, by product and stage."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.models import PromiseRule
from collections_app.services import promise_rules


@admin.register(PromiseRule)
class PromiseRuleAdmin(ServiceAdmin[PromiseRule]):
    """The bank's limits of a promise; the row without a stage holds for all others of its product."""

    action = "rules.write"
    list_display = (
        "product",
        "stage",
        "smallest_percent",
        "longest_days",
        "most_parts",
        "most_redates",
        "tolerance_fen",
    )
    ordering = ("product", "stage")

    def write(self, request: HttpRequest, row: PromiseRule, form: Any) -> PromiseRule:
        """Save the limits."""
        return promise_rules.save(rule=row, actor=actor_of(request))
