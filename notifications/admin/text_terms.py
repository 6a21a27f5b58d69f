"""What providers demand of texts, and what they charge."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, staff_of
from collections_app.admin.sections import Section
from collections_app.domain.money import yuan_text
from notifications.models import CountryTerms, ProviderTerms, Tariff
from notifications.services import text_terms


@admin.register(ProviderTerms)
class ProviderTermsAdmin(ServiceAdmin[ProviderTerms]):
    """One row for each provider that demands something of its own."""

    section = Section.MESSAGES
    help = _(
        "Whether a provider approves each text itself, and where it forbids or demands words to stop messages. Texts a "
        "provider has not approved are refused at sending."
    )
    list_display = (
        "provider",
        "approves_texts",
        "notices_opt_out",
        "promotions_opt_out",
        "stop_closes",
        "answers_words",
        "verified",
    )
    ordering = ("provider",)

    def write(self, request: HttpRequest, row: ProviderTerms, form: Any) -> ProviderTerms:
        """Save the terms."""
        return text_terms.save_terms(terms=row, by=staff_of(request))


@admin.register(CountryTerms)
class CountryTermsAdmin(ServiceAdmin[CountryTerms]):
    """One row for each provider and country of which its terms say something."""

    section = Section.MESSAGES
    help = _(
        "What a provider's own terms let it carry to a country. Texts it may not carry are refused, or go by another "
        "provider where a sender route names one. A country without a row is bound by nothing."
    )
    list_display = ("provider", "country", "carries", "links", "source", "verified")
    ordering = ("provider", "country")

    def write(self, request: HttpRequest, row: CountryTerms, form: Any) -> CountryTerms:
        """Save the terms."""
        return text_terms.save_country_terms(terms=row, by=staff_of(request))


@admin.display(description=_("price of a thousand parts"))
def price(row: Tariff) -> str:
    """Return the price in yuan."""
    return yuan_text(row.per_thousand_fen)


@admin.register(Tariff)
class TariffAdmin(ServiceAdmin[Tariff]):
    """One row for each provider and country."""

    section = Section.MESSAGES
    help = _("What a provider charges for a thousand parts of messages to a country. Estimates of texts go by it.")
    list_display = ("provider", "country", price, "source", "verified")
    ordering = ("provider", "country")

    def write(self, request: HttpRequest, row: Tariff, form: Any) -> Tariff:
        """Save the tariff."""
        return text_terms.save_tariff(tariff=row, by=staff_of(request))
