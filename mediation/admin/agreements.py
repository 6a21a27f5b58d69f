"""Who may seal agreements, and the wages that bound the small-claims procedure."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.admin.columns import yuan
from collections_app.admin.sections import Section
from mediation.admin.base import RoomAdmin
from mediation.models import CourtRule, ProvinceWage, SealAuthority
from mediation.services import court_rules, seals, wages


@admin.register(SealAuthority)
class SealAuthorityAdmin(RoomAdmin[SealAuthority]):
    """Who may set the seal of an organisation, and by which letter."""

    help = _("An agreement by mediation is in force only with the organisation's seal. The letter stands beside it.")
    list_display = ("organisation", "staff", "reference", "since", "until")
    list_select_related = ("organisation", "staff")
    ordering = ("organisation", "staff")
    fieldsets = ((None, {"fields": ("organisation", "staff", "reference", ("since", "until"))}),)

    def write(self, request: HttpRequest, row: SealAuthority, form: Any) -> SealAuthority:
        """Save the authority."""
        return seals.save(row=row, actor=actor_of(request))


@admin.register(CourtRule)
class CourtRuleAdmin(RoomAdmin[CourtRule]):
    """What opens the small-claims procedure and the payment order, with its source."""

    action = "rules.write"
    section = Section.RULES
    help = _("The papers for a court name each rule with its source, and say when nobody has checked it.")
    list_display = ("code", "share", "source", "verified")
    ordering = ("code",)
    fieldsets = ((None, {"fields": (("code", "share"), "source", "verified")}),)

    def write(self, request: HttpRequest, row: CourtRule, form: Any) -> CourtRule:
        """Save the rule."""
        return court_rules.save(row=row, actor=actor_of(request))


@admin.register(ProvinceWage)
class ProvinceWageAdmin(RoomAdmin[ProvinceWage]):
    """The average yearly wage of a province; half of it bounds the small-claims procedure."""

    action = "rules.write"
    section = Section.RULES
    help = _("Civil Procedure Law, article 165. The papers for a court say when a wage is not verified.")
    list_display = ("region", "year", yuan("yearly_fen", _("average yearly wage")), "verified")
    ordering = ("region", "-year")
    fieldsets = ((None, {"fields": (("region", "year"), "yearly_fen", "source", "verified")}),)

    def write(self, request: HttpRequest, row: ProvinceWage, form: Any) -> ProvinceWage:
        """Save the wage."""
        return wages.save(row=row, actor=actor_of(request))
