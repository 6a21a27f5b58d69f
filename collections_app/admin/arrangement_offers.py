"""Which arrangements customers may take up themselves."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.columns import word, yuan
from collections_app.admin.sections import Section
from collections_app.forms.arrangement_offer import ArrangementOfferForm
from collections_app.models import ArrangementOffer
from collections_app.services import arrangement_offers


@admin.register(ArrangementOffer)
class ArrangementOfferAdmin(ServiceAdmin[ArrangementOffer]):
    """One row an offer; an account outside the bounds of all of them is looked at by a person."""

    action = "rules.write"
    section = Section.RULES
    help = _(
        "What customers may have in force at once from their own page, without asking a person. The conditions of the "
        "law are recorded with each plan. Plans in force stay as they are."
    )
    form = ArrangementOfferForm
    list_display = (
        "code",
        word("kind", "arrangement_kinds", _("kind of arrangement")),
        "annual_percent",
        "fewest",
        "most",
        yuan("smallest_fen", _("amount at least")),
        yuan("largest_fen", _("amount at most")),
        "at_once",
        "active",
    )
    ordering = ("product", "most")

    def name_of(self, row: ArrangementOffer) -> str:
        """Return its name in the reader's language."""
        return row.name

    def write(self, request: HttpRequest, row: ArrangementOffer, form: Any) -> ArrangementOffer:
        """Save the offer."""
        return arrangement_offers.save(offer=row, actor=actor_of(request))
