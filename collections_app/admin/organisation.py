"""Institutions, branches, teams and people."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.forms.staff import StaffForm
from collections_app.models import Branch, Institution, Staff, Team
from collections_app.services import organisation


class UnitAdmin(ServiceAdmin[Any]):
    """A unit of the bank, written by services/organisation."""

    service_logs = True
    search_fields = ("code", "name_zh", "name_en")

    def write(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Create or update the unit."""
        return organisation.save_unit(row=row, actor=actor_of(request), changed=form.changed_data)


@admin.register(Institution)
class InstitutionAdmin(UnitAdmin):
    list_display = ("code", "name_zh", "name_en", "hotline")


@admin.register(Branch)
class BranchAdmin(UnitAdmin):
    list_display = ("code", "name_zh", "kind", "rule_pack", "sms_provider", "live")
    list_filter = ("kind", "live", "rule_pack")


@admin.register(Team)
class TeamAdmin(UnitAdmin):
    list_display = ("code", "name_zh", "branch")
    list_filter = ("branch",)
    list_select_related = ("branch",)


@admin.register(Staff)
class StaffAdmin(ServiceAdmin[Staff]):
    """A person, their role and how far they see. Who leaves is made inactive; nobody is deleted."""

    form = StaffForm
    service_logs = True
    list_display = ("username", "display_name", "role", "department", "scope", "branch", "is_active")
    list_filter = ("role", "branch", "is_active")
    list_select_related = ("branch",)
    search_fields = ("username", "employee_no", "display_name")
    ordering = ("username",)

    def write(self, request: HttpRequest, row: Staff, form: Any) -> Staff:
        """Create or update the person."""
        changed = [name for name in form.changed_data if name != "new_password"]
        return organisation.save_staff(
            row=row, actor=actor_of(request), changed=changed, password=form.cleaned_data["new_password"]
        )
