"""Institutions, branches and teams."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.sections import Section
from collections_app.forms.branch import BranchForm
from collections_app.models import Branch, Institution, Team
from collections_app.services import organisation


class UnitAdmin(ServiceAdmin[Any]):
    """A unit of the bank, written by services/organisation."""

    section = Section.PEOPLE
    service_logs = True
    search_fields = ("code", "name_zh", "name_en")
    ordering = ("code",)

    def write(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Create or update the unit."""
        return organisation.save_unit(row=row, actor=actor_of(request), changed=form.changed_data)


@admin.register(Institution)
class InstitutionAdmin(UnitAdmin):
    help = _("The bank itself: its name, hotline and SMS signature stand in every message.")
    list_display = ("code", "name_zh", "name_en", "hotline", "sms_signature")


@admin.register(Branch)
class BranchAdmin(UnitAdmin):
    help = _(
        "A branch that is not live contacts nobody: every permit is refused until it is live again. "
        "A branch is never deleted; its records stay."
    )
    form = BranchForm
    list_display = ("code", "name_zh", "name_en", "kind", "rule_pack", "time_zone", "sms_provider", "people", "live")
    list_filter = ("live", "kind", "rule_pack")
    actions = ("stop_contacts", "begin_contacts")
    fieldsets = (
        (None, {"fields": (("code", "kind"), "name_zh", "name_en", "institution", "region")}),
        (
            _("Contacts"),
            {"fields": ("live", "rule_pack", "time_zone", "sms_provider", "told_corrections", "page_code")},
        ),
        (_("Office"), {"fields": ("country", ("opens_at", "closes_at"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Branch]:
        """Return the branches with how many people work in each."""
        rows: QuerySet[Branch] = super().get_queryset(request)
        return rows.annotate(active_people=Count("staff", filter=Q(staff__is_active=True)))

    @admin.display(description=_("people"), ordering="active_people")
    def people(self, row: Any) -> int:
        """Return how many people work there."""
        count: int = row.active_people
        return count

    @admin.action(description=_("Stop contacts"))
    def stop_contacts(self, request: HttpRequest, queryset: QuerySet[Branch]) -> HttpResponse | None:
        """Let each chosen branch contact nobody."""
        return self._set_live(request, queryset.filter(live=True), live=False, done=gettext("contacts nobody now"))

    @admin.action(description=_("Begin contacts"))
    def begin_contacts(self, request: HttpRequest, queryset: QuerySet[Branch]) -> HttpResponse | None:
        """Let each chosen branch contact its customers."""
        return self._set_live(
            request, queryset.filter(live=False), live=True, done=gettext("contacts its customers now")
        )

    def _set_live(self, request: HttpRequest, rows: QuerySet[Branch], *, live: bool, done: str) -> HttpResponse | None:
        actor = actor_of(request)
        return self.run_action(
            request,
            rows,
            lambda row: organisation.set_live(branch_id=row.pk, live=live, actor=actor),
            done=done,
            logged="live" if live else "stopped",
            ask="" if live else gettext("From now on nobody contacts the customers of these branches."),
        )


@admin.register(Team)
class TeamAdmin(UnitAdmin):
    help = _("A group of colleagues within a branch.")
    list_display = ("code", "name_zh", "name_en", "branch")
    list_filter = ("branch",)
    list_select_related = ("branch",)
