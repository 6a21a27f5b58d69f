"""Failed attempts to sign in, and letting somebody in again."""

from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.services import sign_in


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ServiceAdmin[Any]):
    """Names under which signing in failed. What was typed is not shown."""

    may_add = may_change = False
    list_display = ("username", "attempt_time", "failures_since_start", "ip_address")
    fields = ("username", "attempt_time", "failures_since_start", "ip_address")
    search_fields = ("username",)
    ordering = ("-attempt_time",)
    actions = ("unlock",)

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
