"""The administration's site: who may enter, and which pages it takes in."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.domain.staff import allows
from collections_app.models import Staff

# Who may do any of these finds something to do here.
ENTERS = ("admin", "rules.write", "codes.write")


class AdministrationSite(AdminSite):
    """The one site. Packages register pages that write by themselves; those are left out."""

    site_header = _("OneCase administration")
    site_title = "OneCase"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Nothing is deleted here, one by one or in bulk.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person's role administers anything."""
        user = request.user
        return isinstance(user, Staff) and user.is_active and any(allows(user.role, action) for action in ENTERS)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in pages built on admin/base alone: they write through services or not at all."""
        if getattr(admin_class, "keeps_to_services", False):
            super().register(model_or_iterable, admin_class, **options)
