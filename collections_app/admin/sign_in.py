"""Failed attempts to sign in, and letting somebody in again."""

from typing import Any, ClassVar

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.sections import Section
from collections_app.services import sign_in

# The package has no Chinese; our catalogue gives it the names of its table.
NAMES = (gettext_noop("access attempt"), gettext_noop("access attempts"))


@admin.display(description=_("last failure"), ordering="attempt_time")
def when(row: Any) -> Any:
    """Return when it failed last, by OneCase's clock: the attempts are kept by the wall clock."""
    return row.attempt_time + settings.CLOCK_SHIFT


@admin.display(description=_("failures"), ordering="failures_since_start")
def failures(row: Any) -> int:
    """Return how often it failed in a row."""
    count: int = row.failures_since_start
    return count


@admin.display(description=_("address of the device"))
def address(row: Any) -> str:
    """Return where the tries came from."""
    return str(row.ip_address or "—")


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ServiceAdmin[Any]):
    """Names under which signing in failed. What was typed is not shown."""

    section = Section.PEOPLE
    help = _(
        "Names under which signing in failed. After too many failures a name is locked for a while; after many more "
        "under any names, the address they came from."
    )
    may_add = may_change = False
    list_display: Any = ("username", when, failures, address)
    fields: ClassVar[Any] = ("username", when, failures, address)
    readonly_fields: ClassVar[Any] = fields
    search_fields = ("username",)
    date_hierarchy = "attempt_time"
    ordering = ("-attempt_time",)
    actions = ("unlock", "unlock_address")

    def name_of(self, row: Any) -> str:
        """Return the name under which signing in failed."""
        return str(row.username)

    def write(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Let the person in again."""
        sign_in.unlock(username=row.username, actor=actor_of(request))
        return row

    @admin.action(description=_("Let the person sign in again"))
    def unlock(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Forget the failures of each chosen name."""
        self.run_action(
            request, queryset, lambda row: self.write(request, row, None), done=gettext("unlocked"), logged="unlocked"
        )

    @admin.action(description=_("Let everybody at the address sign in again"))
    def unlock_address(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Forget every failure from the address of each chosen row, whatever the name."""
        actor = actor_of(request)
        rows = queryset.filter(ip_address__isnull=False)
        self.run_action(
            request,
            rows,
            lambda row: sign_in.unlock_address(address=row.ip_address, actor=actor),
            done=gettext("the address is unlocked"),
            logged="unlocked",
        )
