"""Mediation organisations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.admin.columns import word
from collections_app.admin.filters import WordFilter
from collections_app.selectors import codes
from mediation.admin.base import RoomAdmin
from mediation.domain.kinds import BANK
from mediation.models import MediationOrganisation
from mediation.services import organisations

kind = word("kind", "mediation_types", _("kind"))


class KindFilter(WordFilter):
    title, parameter_name, terms = _("kind"), "kind", "mediation_types"


@admin.register(MediationOrganisation)
class MediationOrganisationAdmin(RoomAdmin[MediationOrganisation]):
    """Organisations whose mediators the bank's customers meet."""

    help = _("Organisations outside the bank. Only what a lawfully established one brings about can a court confirm.")
    list_display = ("code", "name_zh", "name_en", kind, "lawfully_established", "fee_free", "mediators", "active")
    list_filter = ("active", KindFilter, "lawfully_established")
    search_fields = ("code", "name_zh", "name_en", "registration_no")
    ordering = ("code",)
    fieldsets = (
        (None, {"fields": (("code", "kind"), "name_zh", "name_en", "active")}),
        (_("Standing"), {"fields": ("registration_no", "lawfully_established", "fee_free")}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field of the form; the kind is chosen from the bank's list."""
        if db_field.name == "kind":
            offered = [row for row in codes.choices("mediation_types") if row[0] != BANK]
            return forms.ChoiceField(label=capfirst(db_field.verbose_name), choices=offered)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MediationOrganisation]:
        """Return the organisations with how many mediators each has."""
        active = Count("mediators", filter=Q(mediators__active=True))
        return super().get_queryset(request).annotate(active_mediators=active)

    @admin.display(description=_("mediators"), ordering="active_mediators")
    def mediators(self, row: Any) -> int:
        """Return how many mediators take sessions."""
        count: int = row.active_mediators
        return count

    def write(self, request: HttpRequest, row: MediationOrganisation, form: Any) -> MediationOrganisation:
        """Create or change the organisation."""
        return organisations.save(row=row, actor=actor_of(request))
