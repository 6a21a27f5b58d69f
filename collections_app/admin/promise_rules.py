"""What may be promised, by product and stage."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.columns import word, words_of, yuan
from collections_app.admin.sections import Section
from collections_app.forms.promise_rule import PromiseRuleForm
from collections_app.models import Product, PromiseRule
from collections_app.services import promise_rules


@admin.display(description=_("product"), ordering="product")
def product(row: PromiseRule) -> str:
    """Return the product's name."""
    return str(Product(row.product).label)


@admin.register(PromiseRule)
class PromiseRuleAdmin(ServiceAdmin[PromiseRule]):
    """The bank's limits of a promise; the row without a stage holds for all others of its product."""

    action = "rules.write"
    section = Section.RULES
    help = _("Promises taken from now on go by these limits; those already taken stay as they are.")
    form = PromiseRuleForm
    list_display = (
        product,
        word("stage", "stages", _("stage")),
        "smallest_percent",
        "longest_days",
        "most_parts",
        "most_redates",
        yuan("tolerance_fen", _("tolerance")),
    )
    ordering = ("product", "stage")

    def name_of(self, row: PromiseRule) -> str:
        """Return the product and the stage."""
        stage = words_of([row.stage], "stages")
        return f"{product(row)} {stage}".strip()

    def write(self, request: HttpRequest, row: PromiseRule, form: Any) -> PromiseRule:
        """Save the limits."""
        return promise_rules.save(rule=row, actor=actor_of(request))
