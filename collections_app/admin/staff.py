"""People: entering them, changing what they may do, and letting them go."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.sections import Section
from collections_app.forms.staff import StaffForm
from collections_app.models import Account, Staff
from collections_app.services import clock, leaving, organisation, sign_in


@admin.register(Staff)
class StaffAdmin(ServiceAdmin[Staff]):
    """A person, their role and how far they see."""

    section = Section.PEOPLE
    help = _(
        "Nobody is deleted: who leaves is let go, which ends their access at once and returns their accounts "
        "to the pool of their branch."
    )
    form = StaffForm
    service_logs = True
    list_display = ("username", "name", "role", "department", "scope", "branch", "second_factor", "is_active")
    list_filter = ("is_active", "role", "department", "branch")
    list_select_related = ("branch",)
    search_fields = ("username", "employee_no", "display_name", "display_name_en")
    ordering = ("username",)
    readonly_fields = ("accounts_owned", "last_login")
    actions = ("let_go", "remove_second_factor")
    fieldsets = (
        (_("Who"), {"fields": ("username", "employee_no", "display_name", "display_name_en", "email", "extension")}),
        (
            _("What they may do"),
            {
                "fields": ("role", "department", "scope", "branch", "team", "capacity"),
                "description": _(
                    "The role decides what somebody may do; the scope, whose records they see. "
                    "Nobody changes their own."
                ),
            },
        ),
        (_("Signing in"), {"fields": ("new_password", "is_active", "last_login", "accounts_owned")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Staff]:
        """Return the people, and whether each has set up an authenticator."""
        totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return super().get_queryset(request).annotate(has_totp=Exists(totp))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; who only reads sees no address and no empty box for a password."""
        if self.has_change_permission(request, obj) or obj is None:
            hidden = set() if obj else {"accounts_owned", "last_login"}
        else:
            hidden = {"email", "new_password"}
        return [
            (title, {**parts, "fields": [name for name in parts["fields"] if name not in hidden]})
            for title, parts in self.fieldsets
        ]

    @admin.display(description=_("name"), ordering="display_name")
    def name(self, row: Staff) -> str:
        """Return the name in the reader's language."""
        return row.name

    @admin.display(description=_("two-step sign-in"), boolean=True, ordering="has_totp")
    def second_factor(self, row: Any) -> bool:
        """Return whether the person has set up an authenticator."""
        has: bool = row.has_totp
        return has

    @admin.display(description=_("accounts in their name"))
    def accounts_owned(self, row: Staff) -> str:
        """Return how many accounts the person looks after."""
        count = Account.objects.filter(owner_id=row.pk).count()
        return ngettext("%(count)s account", "%(count)s accounts", count) % {"count": count}

    def write(self, request: HttpRequest, row: Staff, form: Any) -> Staff:
        """Create or update the person."""
        changed = [name for name in form.changed_data if name != "new_password"]
        return organisation.save_staff(
            row=row,
            actor=actor_of(request),
            now=clock.now(),
            changed=changed,
            password=form.cleaned_data["new_password"],
        )

    @admin.action(description=_("Let go: end access, return accounts to the pool"))
    def let_go(self, request: HttpRequest, queryset: QuerySet[Staff]) -> HttpResponse | None:
        """End the access of each chosen person."""
        actor = actor_of(request)
        return self.run_action(
            request,
            queryset.filter(is_active=True),
            lambda row: leaving.leave(staff_id=row.pk, actor=actor, now=clock.now()),
            done=gettext("cannot sign in any more; accounts in their name go back to the pool"),
            logged="left",
            ask=gettext("Their access ends at once, and accounts in their name go back to the pool of their branch."),
        )

    @admin.action(description=_("Remove the authenticator (lost telephone)"))
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[Staff]) -> HttpResponse | None:
        """Let each chosen person set up a new authenticator."""
        actor = actor_of(request)
        return self.run_action(
            request,
            queryset,
            lambda row: sign_in.remove_second_factor(staff_id=row.pk, actor=actor),
            done=gettext("sets up a new authenticator at the next sign-in, if the role needs one"),
            logged="factor_removed",
            ask=gettext("Make sure you know who is asking: without it, a password alone is enough to sign in."),
        )
