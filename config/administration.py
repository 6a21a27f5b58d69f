"""The administration's site: who may enter, which pages it takes in, and how its index is arranged."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from collections_app.domain.staff import allows
from collections_app.models import Staff

# Django's own Chinese puts half-width colons and blanks between Chinese signs; our catalogue says these better.
SAID = (
    gettext_noop(":"),
    gettext_noop(" By %(filter_title)s "),
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
)
# Who may do any of these finds something to do or to read here.
ENTERS = (
    "admin",
    "rules.write",
    "codes.write",
    "account.place",
    "settlement.explain",
    "payment.identify",
    "admin.read",
)


class AdministrationSite(AdminSite):
    """The one site. Packages register pages that write by themselves; those are left out."""

    site_header = _("OneCase administration")
    site_title = "OneCase"
    index_title = _("Administration")
    # The list of everything beside each page would be a second navigation of thirty entries.
    enable_nav_sidebar = False
    empty_value_display = "—"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Nothing is deleted here, one by one or in bulk.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person's role administers or audits anything."""
        user = request.user
        return isinstance(user, Staff) and user.is_active and any(allows(user.role, action) for action in ENTERS)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in pages built on admin/base alone: they write through services or not at all."""
        if getattr(admin_class, "keeps_to_services", False):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the pages by what people come to do, not by the package their tables are in.

        Every page is given the list, but only the index shows it: it is made where it is read, and takes longer than
        the rest of most pages.
        """
        return SimpleLazyObject(lambda: self._sections(request))

    def _sections(self, request: HttpRequest) -> list[dict[str, Any]]:
        from collections_app.admin.sections import NAMES, Section

        pages: dict[str, list[Any]] = {section: [] for section in NAMES}
        for app in super().get_app_list(request):
            for page in app["models"]:
                page["help"] = self._registry[page["model"]].help  # type: ignore[attr-defined]  # all are ours
                pages[self._registry[page["model"]].section].append(page)  # type: ignore[attr-defined]
        order = list(self._registry)
        return [
            {
                "name": NAMES[Section(section)],
                "app_label": str(section),
                "app_url": f"{reverse('admin:index')}#{section}",
                "has_module_perms": True,
                "models": sorted(found, key=lambda page: order.index(page["model"])),
            }
            for section, found in pages.items()
            if found
        ]

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """Send to the index: there is one, arranged by what people come to do."""
        return HttpResponseRedirect(reverse("admin:index"))
