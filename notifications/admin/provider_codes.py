"""What is done on each error code of a provider."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, staff_of
from collections_app.admin.sections import Section
from notifications.models import ProviderCode
from notifications.services import provider_codes


@admin.register(ProviderCode)
class ProviderCodeAdmin(ServiceAdmin[ProviderCode]):
    """One row a code and phase."""

    section = Section.MESSAGES
    help = _(
        "What is done when a provider refuses a message or reports that it did not arrive. A code that is not listed "
        "is tried once more and then left to a person."
    )
    fields = ("provider", "phase", "code", "error_class", "meaning_zh", "meaning", "source", "verified")
    list_display = ("code", "provider", "phase", "error_class", "meant", "verified")
    list_filter = ("provider", "phase", "error_class", "verified")
    ordering = ("provider", "phase", "code")

    @admin.display(description=_("meaning"))
    def meant(self, row: ProviderCode) -> str:
        """Return what a code means, in the reader's language where the bank has said it in that."""
        return row.meaning_zh if row.meaning_zh and (get_language() or "zh").startswith("zh") else row.meaning

    def write(self, request: HttpRequest, row: ProviderCode, form: Any) -> ProviderCode:
        """Save the row."""
        return provider_codes.save(row=row, by=staff_of(request))
