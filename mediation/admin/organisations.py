"""Mediation organisations and their mediators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.admin.columns import word, words_of
from collections_app.admin.filters import WordFilter
from collections_app.models import Product
from collections_app.selectors import codes
from mediation.admin.base import RoomAdmin
from mediation.domain.kinds import BANK
from mediation.domain.languages import LANGUAGES
from mediation.forms.mediator import MediatorForm
from mediation.models import MediationOrganisation, Mediator
from mediation.services import mediators, organisations

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


@admin.register(Mediator)
class MediatorAdmin(RoomAdmin[Mediator]):
    """People who mediate for an organisation."""

    help = _(
        "People with the mediator's role, each for one organisation. Their hours are under weekly session hours; "
        "who has sessions ahead cannot be taken off the list."
    )
    form = MediatorForm
    list_display = ("staff", "organisation", "speaks", "trained", "active")
    list_filter = ("active", "organisation")
    list_select_related = ("staff", "organisation")
    search_fields = ("staff__username", "staff__display_name", "staff__display_name_en")
    ordering = ("staff__username",)
    fields = ("staff", "organisation", "languages", "trained_for", "active")

    @admin.display(description=_("languages"))
    def speaks(self, row: Mediator) -> str:
        """Return the languages in words."""
        return words_of(row.languages, LANGUAGES)

    @admin.display(description=_("trained for"))
    def trained(self, row: Mediator) -> str:
        """Return the products in words."""
        return " / ".join(str(Product(code).label) for code in row.trained_for)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the person once registered: another person is another mediator."""
        return ("staff",) if obj is not None and self.has_change_permission(request, obj) else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is typed, or for who only reads, what it says in words."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fields if obj is not None else self.fields[:-1]
        return ("staff", "organisation", "speaks", "trained", "active")

    def write(self, request: HttpRequest, row: Mediator, form: Any) -> Mediator:
        """Register the mediator or change what is known of them."""
        said = form.cleaned_data
        if row._state.adding:
            return mediators.register(
                staff_id=said["staff"].pk,
                organisation_id=said["organisation"].pk,
                languages=said["languages"],
                trained_for=said["trained_for"],
                actor=actor_of(request),
            )
        return mediators.change(
            mediator_id=row.pk,
            organisation_id=said["organisation"].pk,
            languages=said["languages"],
            trained_for=said["trained_for"],
            active=said["active"],
            actor=actor_of(request),
        )
