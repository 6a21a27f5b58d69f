"""What is demanded of each role when it signs in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.sections import Section
from collections_app.models import RolePolicy
from collections_app.services import role_policies


@admin.register(RolePolicy)
class RolePolicyAdmin(ServiceAdmin[RolePolicy]):
    """One row per role."""

    section = Section.PEOPLE
    help = _("Whether people of a role must sign in with one-time codes. It holds from the next page they open.")
    list_display = ("role", "totp_required")
    ordering = ("role",)

    def name_of(self, row: RolePolicy) -> str:
        """Return the role's name."""
        return str(row.get_role_display())

    def write(self, request: HttpRequest, row: RolePolicy, form: Any) -> RolePolicy:
        """Save the policy."""
        return role_policies.save(policy=row, actor=actor_of(request))
