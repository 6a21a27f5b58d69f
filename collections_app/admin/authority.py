"""Who may let off or put off how much of a debt."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.columns import yuan
from collections_app.admin.sections import Section
from collections_app.forms.authority import AuthorityForm, component_name, role_name
from collections_app.models import Authority
from collections_app.services import authorities


@admin.display(description=_("role"), ordering="role")
def role(row: Authority) -> str:
    """Return the role's name."""
    return role_name(row.role)


@admin.display(description=_("component"), ordering="component")
def component(row: Authority) -> str:
    """Return the component's name."""
    return component_name(row.component)


@admin.register(Authority)
class AuthorityAdmin(ServiceAdmin[Authority]):
    """One row a role and component; what has no row nobody of the role grants alone."""

    action = "rules.write"
    section = Section.RULES
    help = _(
        "What a person of this role grants without asking. Whatever goes beyond waits in the approval inbox for "
        "somebody whose own row reaches so far. Principal is head office's alone, at settlement."
    )
    form = AuthorityForm
    list_display = (
        role,
        component,
        "most_percent",
        yuan("most_fen", _("at once, at most")),
        yuan("most_month_fen", _("in a calendar month, at most")),
        yuan("most_customer_fen", _("for one customer in all, at most")),
        yuan("most_branch_month_fen", _("for one branch in a calendar month, by everybody, at most")),
        "most_months",
        "head_office_only",
    )
    ordering = ("component", "most_fen")

    def name_of(self, row: Authority) -> str:
        """Return the role and the component."""
        return f"{role_name(row.role)} · {component_name(row.component)}"

    def write(self, request: HttpRequest, row: Authority, form: Any) -> Authority:
        """Save the row."""
        return authorities.save(row=row, actor=actor_of(request))
